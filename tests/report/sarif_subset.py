"""The part of SARIF 2.1.0 that Annexe writes, as a strict JSON Schema.

No package of ours carries the official schema. This one takes less than that one does: it knows only the
properties that Annexe uses, with the names, kinds and values that the standard gives them (OASIS, SARIF
2.1.0, section 3), and nothing else.
"""

from typing import Any


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the schema of an object with these properties and no others."""
    return {
        "type": "object",
        "required": list(required),
        "properties": {**required, **(optional or {})},
        "additionalProperties": False,
    }


_TEXT = {"type": "string", "minLength": 1}
_MESSAGE = _object({"text": _TEXT})
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_RULE = _object(
    {"id": _TEXT, "name": {"type": "string", "pattern": "^([A-Z][a-z0-9]*)+$"}},
    {
        "shortDescription": _MESSAGE,
        "help": _object({"text": _TEXT, "markdown": _TEXT}),
        "defaultConfiguration": _object({"level": _LEVEL}),
    },
)
_LOCATION = _object(
    {
        "physicalLocation": _object(
            {
                "artifactLocation": _object(
                    {"uri": {"type": "string", "pattern": r"^(file:///)?[A-Za-z0-9._~%/!$&'()*+,;=:@-]+$"}},
                    {"uriBaseId": {"const": "%SRCROOT%"}},
                ),
                "region": _object({"startLine": {"type": "integer", "minimum": 1}}),
            }
        )
    }
)
_RESULT = _object(
    {
        "ruleId": _TEXT,
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _MESSAGE,
        "partialFingerprints": {"type": "object", "minProperties": 1, "additionalProperties": _TEXT},
    },
    {
        "locations": {"type": "array", "minItems": 1, "maxItems": 1, "items": _LOCATION},
        "properties": {"type": "object", "additionalProperties": _TEXT},
    },
)
_NOTIFICATION = _object({"level": _LEVEL, "message": _MESSAGE})
SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    **_object(
        {
            "$schema": {"type": "string", "pattern": "sarif-schema-2[.]1[.]0[.]json$"},
            "version": {"const": "2.1.0"},
            "runs": {
                "type": "array",
                "minItems": 1,
                "maxItems": 1,
                "items": _object(
                    {
                        "tool": _object(
                            {
                                "driver": _object(
                                    {
                                        "name": {"const": "Annexe"},
                                        "version": _TEXT,
                                        "rules": {"type": "array", "uniqueItems": True, "items": _RULE},
                                    }
                                )
                            }
                        ),
                        "automationDetails": _object({"id": _TEXT}),
                        "invocations": {
                            "type": "array",
                            "minItems": 1,
                            "items": _object(
                                {"executionSuccessful": {"type": "boolean"}, "exitCode": {"type": "integer"}},
                                {"toolExecutionNotifications": {"type": "array", "items": _NOTIFICATION}},
                            ),
                        },
                        "columnKind": {"const": "unicodeCodePoints"},
                        "results": {"type": "array", "items": _RESULT},
                    }
                ),
            },
        }
    ),
}
