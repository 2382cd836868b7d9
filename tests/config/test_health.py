from django.db import connection
from django_tenants.utils import tenant_context


def test_healthz_answers_on_any_host_without_a_query(client, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        answer = client.get("/healthz", headers={"host": "10.0.0.7"})
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_readyz_says_what_is_up(client, sunrise, lakeside):
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": "ok", "broker": "ok", "migrations": "ok"}


def test_readyz_is_unready_while_a_schema_lags_and_names_no_factory(client, sunrise):
    with tenant_context(sunrise), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["migrations"] == "1 schemas lag"
    assert "sunrise" not in answer.content.decode()
