"""National identity numbers for tests: their digits, and the ways in which somebody may write them."""

from hypothesis import strategies as st

MARKS = st.text(st.sampled_from(" .-_/'’:,;*|\u00a0\u200b\u2011\t\n()"), max_size=3)
SCRIPTS = st.sampled_from([0x30, 0x660, 0x6F0, 0x966, 0xFF10, 0x1D7CE])


@st.composite
def numbers(draw):
    """Return the 16 digits of a number: province, regency, district, day and month of birth, year, serial."""
    day = draw(st.integers(1, 31)) + draw(st.sampled_from([0, 40]))
    born = f"{day:02}{draw(st.integers(1, 12)):02}{draw(st.integers(0, 99)):02}"
    province = draw(st.sampled_from([11, 21, 31, 36, 51, 53, 61, 65, 71, 76, 81, 82, 91, 97]))
    return f"{province}{draw(st.integers(1, 9999)):04}{born}{draw(st.integers(1, 9999)):04}"


@st.composite
def written(draw, number):
    """Return a number as somebody may write it: with marks between any of its digits, in digits of any script."""
    zero = draw(SCRIPTS)
    return "".join(draw(MARKS) + chr(zero + int(digit)) for digit in number).strip()
