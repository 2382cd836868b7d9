from django.urls import path, register_converter

from lessons import views


class AssetNameConverter:
    """`<sha256>`: 64 hexadecimal digits."""

    regex = "[0-9a-f]{64}"

    def to_python(self, value: str) -> str:
        return value

    to_url = to_python


class AssetExtensionConverter(AssetNameConverter):
    regex = "jpg|png|webp|svg"


register_converter(AssetNameConverter, "sha256")
register_converter(AssetExtensionConverter, "picture")

app_name = "lessons"
urlpatterns = [
    path("assets/<sha256:sha256>.<picture:extension>", views.asset, name="asset"),
    path("assets/<sha256:sha256>-<int:width>.<picture:extension>", views.asset, name="asset"),
]
