"""Personal data are recognised and shown masked; figures of a dashboard are not taken for them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xlperf.leaks import personal

PERSONAL = {
    "jo.smith@force.example": "e-mail address",
    "call 0116 248 4567": "telephone number",
    "0116 2484567 ext 3": "telephone number",
    "07700 900123": "telephone number",
    "+44 7700 900123": "telephone number",
    "+44 (0)20 7946 0018": "telephone number",
    "(020) 7946 0018": "telephone number",
    "AB123456C": "National Insurance number",
    "ab 12 34 56 c": "National Insurance number",
    "943 476 5919": "NHS number",
    "NHS 4010232137": "NHS number",
    "lives at LE3 1UF": "postcode",
    "SW1A 1AA": "postcode",
    "M1 1AE": "postcode",
    "crime reference 14000123456": "crime or case reference",
    "Crime Ref: 1234567/14": "crime or case reference",
    "Incident no. 412/150914": "crime or case reference",
    "L/12345/14": "crime or case reference",
    "14*123456": "crime or case reference",
    "PNC 14/123456A": "crime or case reference",
    "DOB 12/03/1984": "date of birth",
    "d.o.b. 12 March 1984": "date of birth",
    "Date of birth: 1984-03-12": "date of birth",
    "born on 3rd May 1990": "date of birth",
    "Date of birth": "date of birth (heading)",
    "PC 4512": "collar or warrant number",
    "Sgt 812 attended": "collar or warrant number",
    "collar number 12": "collar or warrant number",
    "warrant no 245678": "collar or warrant number",
    "AB12 CDE": "vehicle registration",
}
HARMLESS = [
    "60,260", "60260", "4253 offences in 2013/14", "58,805 v 60,260", "2012-13", "1 April 2013 to 31 March 2014",
    "01-04-2013 31-03-2014", "01.04.2013-31.03.2014", "2014-09-30 00:00:00", "SP14A", "SP12 MSG", "SP11 ALL crime", "FY14 APR",
    "5th of 8 (likely 4-6)", "+2.5% [p]", "z = 1.96", "ratio 1.081 (0.883 to 1.323)", "84.2% of 1,849", "0.123456789012",
    "£23.0 million", "All crime 2013/14", "crime number of 60,260", "PCC 2014", "DC 2014", "Q3 2014", "E07000130", "A3",
    "1234567890", "123 456 7891", "4010232138", "10 000 000", "Birth rate 2013", "0345 of 8", "3935/4253", "100000",
    "number of incidents 2013/14", "case 12", "Reading: t(0.975, 11)", "n 1,636", "GB123456A", "1,731,400 people", "Born in Kent",
]  # fmt: skip


@pytest.mark.parametrize("text", PERSONAL)
def test_personal_data_are_recognised(text):
    assert PERSONAL[text] in {what for what, _ in personal.found_in(text)}


@pytest.mark.parametrize("text", HARMLESS)
def test_figures_are_not_taken_for_personal_data(text):
    assert list(personal.found_in(text)) == []


@pytest.mark.parametrize(
    "text", [text for text in PERSONAL if PERSONAL[text] != "date of birth (heading)"]
)
def test_what_was_found_is_masked(text):
    piece = max((piece for _, piece in personal.found_in(text)), key=len)
    masked = personal.masked(f"before {text} after")
    assert piece not in masked
    assert "•" in masked
    assert masked.startswith("before ")


@given(st.integers(0, 999_999_999))
def test_of_ten_last_digits_at_most_one_makes_an_nhs_number(number):
    plain = f"{number:09d}"
    hits = [
        digit
        for digit in range(10)
        if any(
            what == "NHS number"
            for what, _ in personal.found_in(f"{plain[:3]} {plain[3:6]} {plain[6:]}{digit}")
        )
    ]
    assert len(hits) <= 1


@given(
    st.floats(0, 1e8),
    st.sampled_from(["{:,.0f}", "{:.1f}", "{:.3g}", "{:,.2f}%", "£{:,.1f} million"]),
)
def test_no_figure_is_personal(value, form):
    assert list(personal.found_in(form.format(value))) == []


@given(st.dates())
def test_no_plain_date_is_personal(day):
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d.%m.%y", "%b %Y"):
        assert list(personal.found_in(day.strftime(form))) == []
