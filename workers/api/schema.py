"""What the OpenAPI document says beyond what drf-spectacular sees."""

from typing import Any

from workers.api.serializers import MOST_ROWS

CLOSED = {"WorkerInput", "BulkInput", "DeactivateInput", "DepartmentInput", "PatchedDepartmentChange"}


def inputs_close(result: dict, generator: Any, request: Any, public: bool) -> dict:
    """ClosedSerializer's rule, said: no further properties. And how many rows a list takes."""
    schemas = result.get("components", {}).get("schemas", {})
    for name in CLOSED & schemas.keys():
        schemas[name]["additionalProperties"] = False
    if bulk := schemas.get("BulkInput"):
        bulk["properties"]["workers"] |= {"minItems": 1, "maxItems": MOST_ROWS}
    return result
