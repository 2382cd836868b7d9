"""The settings module, read as a fresh process reads it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "k7ZpQ" * 12,
    "FIELD_KEY": "0" * 43 + "=",
    "BASE_DOMAIN": "learn.example",
    "DATABASE_URL": "postgres://u:p@127.0.0.1:1/d",
    "CELERY_BROKER_URL": "redis://127.0.0.1:1/0",
    "VOLATILE_URL": "redis://127.0.0.1:2/0",
}


def manage(tmp_path, *arguments, **variables):
    environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "LANG": "C.UTF-8", **PRODUCTION, **variables}
    environment = {name: value for name, value in environment.items() if value is not None}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60
    )


def test_production_passes_the_deployment_check(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "INFO")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_production_does_not_start_without(tmp_path, name):
    done = manage(tmp_path, "check", **{name: None})
    assert done.returncode != 0
    assert name in done.stderr


@pytest.mark.parametrize("switch", [{"SIMULATOR_URL": "http://localhost:8001"}, {"DEMO_PASSWORD": "x"}])
def test_production_refuses_demo_switches(tmp_path, switch):
    done = manage(tmp_path, "check", **switch)
    assert done.returncode != 0
    assert "demo switch" in done.stderr


def test_the_demo_file_is_read_and_the_environment_wins(tmp_path):
    (tmp_path / "env").write_text("BASE_DOMAIN=from.file\nPORT=9\n")
    script = "from django.conf import settings; print(settings.BASE_DOMAIN, settings.PORT)"
    done = manage(tmp_path, "shell", "--no-imports", "-c", script, BASE_DOMAIN=None)
    assert done.stdout.split()[-2:] == ["from.file", "9"]
    done = manage(tmp_path, "shell", "--no-imports", "-c", script)
    assert done.stdout.split()[-2:] == ["learn.example", "9"]
