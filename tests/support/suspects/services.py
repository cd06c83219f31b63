"""What the services of the suspects answer, and how the suspects are configured."""

from dashboard_integrations.testing import FakeReply

__all__ = ["GOOD_CONFIG", "METER_CONFIG", "declare_good", "declare_meter"]

_PASSWORD = "a-password-of-the-reader"
_KEY = "k3y-of-the-meter-0001"
_TOKEN = "t0ken-of-the-reader"

GOOD_CONFIG = {"username": "reader", "password": _PASSWORD}
METER_CONFIG = {"api_key": _KEY}


def _for(header, value, answer):
    return lambda request: (
        FakeReply(json=answer) if request.headers.get(header) == value else FakeReply(status=401, text="who are you?")
    )


def declare_good(service):
    """Answer as the service of ``Good`` does."""

    def log_in(request):
        fits = request.json() == {"user": "reader", "pw": _PASSWORD}
        return FakeReply(json={"token": _TOKEN}) if fits else FakeReply(status=401)

    bearer = f"Bearer {_TOKEN}"
    tanks = [{"id": 1, "name": "North", "filled": "2026-01-02T03:04:05Z"}]
    service.reply("POST", "/login", log_in)
    service.reply("GET", "/version", _for("authorization", bearer, {"version": "2.1"}))
    service.reply("GET", "/level", _for("authorization", bearer, {"level": 7.5}))
    service.reply("GET", "/tanks", _for("authorization", bearer, {"tanks": tanks}))


def declare_meter(service):
    """Answer as the service of ``Meter`` does."""
    level = {"name": "North", "level": 7.5}
    service.reply("GET", "/version", _for("x-api-key", _KEY, {"version": "2.1"}))
    service.reply("GET", "/level", _for("x-api-key", _KEY, level))
    service.reply("GET", "/levels", _for("x-api-key", _KEY, [level]))
