"""The one place that imports jmespath, and says what to install when it is missing."""

try:
    from jmespath import compile as parse
    from jmespath.exceptions import JMESPathError
    from jmespath.functions import Functions
    from jmespath.visitor import Options, TreeInterpreter
except ModuleNotFoundError as error:
    if error.name not in {"jmespath", "jmespath.exceptions"}:
        raise
    raise ImportError(
        "declared integrations need jmespath: pip install 'dashboard-integrations[declarative]'", name="jmespath"
    ) from error

__all__ = ["Functions", "JMESPathError", "Options", "TreeInterpreter", "parse"]
