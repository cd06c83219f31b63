"""What earlier versions of Sunroof saved becomes what the present one wants."""

from sunroof import Sunroof

FIRST = {"host": "inverter.lan", "port": 8080, "key": "s3cret"}
SECOND = {"url": "http://inverter.lan:8080", "api_key": "s3cret", "kilowatts": True}
THIRD = {"url": "http://inverter.lan:8080", "api_key": "s3cret", "unit": "kW"}


def test_the_first_version_had_an_address_in_two_fields() -> None:
    """A step knows its own two versions, and no other."""
    found = Sunroof().migrate(dict(FIRST), version=1)
    assert {"url": SECOND["url"], "api_key": SECOND["api_key"]} == found


def test_the_second_version_had_a_switch_in_place_of_the_unit() -> None:
    """What was chosen stays chosen."""
    assert Sunroof().migrate(dict(SECOND), version=2) == THIRD


def test_who_never_chose_gets_the_default() -> None:
    """A field may be missing: on the way from version 1, nobody has set it."""
    step = Sunroof().migrate(dict(FIRST), version=1)
    assert Sunroof().migrate(step, version=2)["unit"] == "W"
