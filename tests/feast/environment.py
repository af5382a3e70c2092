"""What Feast needs around it here. To be imported before anything of Feast; defines nothing for others to use."""

import logging
import sys
import types
import warnings
from typing import Any

warnings.showwarning = lambda *_, **__: None  # a filter would not do: Feast sets its own
logging.disable(logging.WARNING)


def _stand_in_for_great_expectations() -> None:
    """Lets Feast store and load validation references.

    Feast imports great_expectations before it writes or reads one, yet uses only these two names until a validation is
    run. The real package wants a pandas that Feast itself cannot use.
    """

    class ExpectationSuite:
        def __init__(self, **fields: Any) -> None:
            self.fields = fields

        def to_json_dict(self) -> dict[str, Any]:
            return self.fields

    modules = {name: types.ModuleType(name) for name in ("", ".core", ".dataset")}
    modules[".core"].ExpectationSuite = ExpectationSuite
    modules[".dataset"].PandasDataset = type("PandasDataset", (), {})
    sys.modules |= {f"great_expectations{name}": module for name, module in modules.items()}


try:
    import great_expectations.dataset  # noqa: F401
except ImportError:
    _stand_in_for_great_expectations()
