"""What the OpenAPI document says beyond what drf-spectacular sees."""

from typing import Any

CLOSED = {"WorkerInput", "BulkInput", "DeactivateInput", "DepartmentInput", "PatchedDepartmentChange"}


def inputs_close(result: dict, generator: Any, request: Any, public: bool) -> dict:
    """ClosedSerializer's rule, said: no further properties."""
    for name, schema in result.get("components", {}).get("schemas", {}).items():
        if name in CLOSED:
            schema["additionalProperties"] = False
    return result
