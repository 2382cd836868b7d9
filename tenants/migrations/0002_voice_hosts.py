from django.conf import settings
from django.db import migrations


def add(apps, schema_editor):
    """Factories opened before the voice pages get their second host."""
    Factory, Domain = apps.get_model("tenants", "Factory"), apps.get_model("tenants", "Domain")
    for factory in Factory.objects.exclude(domains__kind="voice"):
        host = f"voice-{factory.slug}.{settings.BASE_DOMAIN}"
        Domain.objects.get_or_create(domain=host, defaults={"tenant": factory, "kind": "voice", "is_primary": False})


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
