"""Expected failures: checks that are known to fail, by name, each with a reason."""

from collections.abc import Collection, Mapping

from dashboard_integrations.suggestion import suggestion

__all__ = ["check_names", "expected_reason"]


def check_names(contract: str, expected: Mapping[str, str], checks: Collection[str]) -> None:
    """Raise ``TypeError`` when a name is no check, or a reason is none."""
    for name, reason in expected.items():
        check = name.partition("[")[0]
        if check not in checks:
            known = ", ".join(sorted(checks))
            raise TypeError(
                f"{contract}.expected_failures names {check!r}, which is no check of this integration"
                f"{suggestion(check, checks)}; there are: {known}"
            )
        if not reason.strip():
            raise TypeError(
                f"{contract}.expected_failures[{name!r}] needs a reason: what is not as it should be, and why"
            )


def expected_reason(expected: Mapping[str, str], check: str, parameter: str | None) -> str | None:
    """Return why ``check``, or the check with this parameter, is expected to fail."""
    return expected.get(f"{check}[{parameter}]", expected.get(check))
