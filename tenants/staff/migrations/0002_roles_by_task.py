from django.db import migrations

FACTORY_NAMES = {"hr_admin": "owner"}
LIBRARY_NAMES = {"content_editor": "librarian", "library_admin": "operator"}
# Who administered the library keeps all of it, now in the roles it was split into.
SPLIT_OFF = ["librarian", "factory_manager", "ombudsman"]


def rename(apps, schema_editor):
    """Their permissions are set after the migrations, by `roles_ensure`."""
    groups = apps.get_model("auth", "Group").objects
    is_public = schema_editor.connection.schema_name == "public"
    for old, new in (LIBRARY_NAMES if is_public else FACTORY_NAMES).items():
        groups.filter(name=old).update(name=new)
        if old == "library_admin" and (operator := groups.filter(name=new).first()):
            for name in SPLIT_OFF:
                groups.get_or_create(name=name)[0].user_set.add(*operator.user_set.all())


class Migration(migrations.Migration):
    dependencies = [("staff", "0001_saved_filters"), ("auth", "0012_alter_user_first_name_max_length")]

    operations = [migrations.RunPython(rename, migrations.RunPython.noop, elidable=True)]
