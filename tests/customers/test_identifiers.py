"""What people write for a CPF, a CNPJ, a phone, an e-mail and a name, and the one form that comes of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from validate_docbr import CNPJ, CPF

from recompra.customers.identifiers import (
    AREA_CODES,
    PhoneProblem,
    cnpj,
    cpf,
    email,
    name_key,
    phone,
    phone_search_key,
    phones,
    read_phone,
)

digits = st.text("0123456789", min_size=8, max_size=8)
area_codes = st.sampled_from(sorted(AREA_CODES))


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("529.982.247-25", "52998224725"),
        (" 529 982 247 25 ", "52998224725"),
        ("52998224725.0", "52998224725"),
        ("52998224725,00", "52998224725"),
        ("5.2998224725e+10", "52998224725"),
        ("5,2998224725E+10", "52998224725"),
        ("1.91000000e+08", "00191000000"),
        ("5.29982E+10", None),
        ("191", None),
        ("1234567890.0", "01234567890"),
        ("00000000000", None),
        ("111.111.111-11", None),
        ("529.982.247-26", None),
        ("cpf", None),
        ("٥٢٩٩٨٢٢٤٧٢٥", None),
        ("", None),
        (None, None),
    ],
)
def test_a_cpf_is_eleven_true_digits_or_nothing(written: str | None, kept: str | None) -> None:
    assert cpf(written) == kept


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("11.222.333/0001-81", "11222333000181"),
        ("12.ABC.345/01DE-35", "12ABC34501DE35"),
        ("12.abc.345/01de-35", "12ABC34501DE35"),
        ("191", None),
        ("000000000191", "00000000000191"),
        ("11222333000182", None),
        ("00000000000000", None),
        ("12ABC34501DEAB", None),
        (None, None),
    ],
)
def test_a_cnpj_may_hold_letters(written: str | None, kept: str | None) -> None:
    assert cnpj(written) == kept


@given(st.text("0123456789", min_size=11, max_size=11))
def test_our_cpf_arithmetic_is_that_of_validate_docbr(text: str) -> None:
    assert (cpf(text) is not None) == CPF().validate(text)


@pytest.mark.parametrize("time", range(20))
def test_every_generated_document_holds(time: int) -> None:
    person, company = CPF().generate(mask=True), CNPJ().generate(mask=True, digits_only=False)
    assert cpf(person) == person.replace(".", "").replace("-", "")
    assert cnpj(company) == company.replace(".", "").replace("-", "").replace("/", "")


@pytest.mark.parametrize(
    ("written", "kind", "kept"),
    [
        ("(11) 98765-4321", "mobile", "5511987654321"),
        ("(11) 8765-4321", "mobile", "5511987654321"),
        ("+55 11 98765 4321", "mobile", "5511987654321"),
        ("55 11 8765-4321", "mobile", "5511987654321"),
        ("0xx11 3478-2150", "phone", "551134782150"),
        ("0xx11987654321", "mobile", "5511987654321"),
        ("015 11 98765-4321", "mobile", "5511987654321"),
        ("01735237730", "phone", "551735237730"),
        ("551134782150", "phone", "551134782150"),
        ("1187654321.0", "mobile", "5511987654321"),
        ("55 3222-1234", "phone", "555532221234"),
        ("55 99622-1234", "mobile", "5555996221234"),
        ("0055 11 98765-4321", "mobile", "5511987654321"),
        ("tel: 11 94123-4567", "mobile", "5511941234567"),
        ("+1 415 555 2671", "mobile", "14155552671"),
    ],
)
def test_one_phone_however_it_is_written(written: str, kind: str, kept: str) -> None:
    found = phone(written)
    assert found is not None
    assert (found.kind, found.e164_digits) == (kind, kept)


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("", PhoneProblem.EMPTY),
        ("não tem", PhoneProblem.EMPTY),
        ("11 98765-4321 / 11 3478-2150", PhoneProblem.SEVERAL),
        ("11 98765-4321 ou 11 97777-1234", PhoneProblem.SEVERAL),
        ("98765-4321", PhoneProblem.NO_AREA_CODE),
        ("99999999", PhoneProblem.JUNK),
        ("99999999999", PhoneProblem.JUNK),
        ("(11) 99999-9999", PhoneProblem.JUNK),
        ("3100000000", PhoneProblem.JUNK),
        ("0800 123 4567", PhoneProblem.NOT_PERSONAL),
        ("0300 123 4567", PhoneProblem.NOT_PERSONAL),
        ("4004-1234", PhoneProblem.NOT_PERSONAL),
        ("(20) 98765-4321", PhoneProblem.INVALID),
        ("(11) 88765-4321", PhoneProblem.INVALID),
        ("12345", PhoneProblem.INVALID),
        ("+999 1", PhoneProblem.INVALID),
    ],
)
def test_what_is_no_phone_says_why(written: str, problem: PhoneProblem) -> None:
    assert read_phone(written) is problem


def test_the_area_code_of_the_store_is_supposed_only_when_it_is_given() -> None:
    assert phone("98765-4321") is None
    found = phone("98765-4321", ddd="21")
    assert found is not None
    assert found.e164_digits == "5521987654321"


def test_a_cell_with_two_numbers_gives_both_once() -> None:
    cell = "11 98765-4321 / 11 3478-2150; (11) 8765-4321"
    assert [each.e164_digits for each in phones(cell)][:2] == ["5511987654321", "551134782150"]


@given(area_codes, digits)
def test_the_ninth_digit_does_not_change_the_match_key(area: str, last8: str) -> None:
    without = phone(area + last8)
    if without is None or without.kind != "mobile":
        return
    with_ninth = phone(f"{area}9{last8}")
    assert with_ninth is not None
    assert with_ninth.match_key == without.match_key == last8 + area
    assert without.ninth_digit_inferred
    assert not with_ninth.ninth_digit_inferred


@given(st.text(max_size=40))
def test_reading_any_text_never_fails_and_reading_twice_changes_nothing(text: str) -> None:
    for read in (cpf, cnpj, email, name_key):
        once = read(text)
        assert read(once) == once
    if found := phone(text):
        again = phone("+" + found.e164_digits)
        assert again is not None
        assert again[:3] == found[:3]


@given(st.text("0123456789+()- x/.", max_size=20))
def test_a_number_we_kept_reads_back_as_itself(text: str) -> None:
    found = phone(text)
    if found and found.e164_digits.startswith("55"):
        again = phone(found.e164_digits)
        assert again is not None
        assert again[:3] == found[:3]


@pytest.mark.parametrize(
    ("typed", "prefix"),
    [
        ("98765-4321", "87654321"),
        ("8765-4321", "87654321"),
        ("(11) 98765-4321", "8765432111"),
        ("11 8765 4321", "8765432111"),
        ("+55 11 98765-4321", "8765432111"),
        ("8765", "8765"),
        ("876", ""),
        ("Ana", ""),
    ],
)
def test_a_search_with_or_without_area_code_is_a_prefix_of_the_match_key(typed: str, prefix: str) -> None:
    assert phone_search_key(typed) == prefix


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (" Ana.Souza@Exemplo.COM.br ", "ana.souza@exemplo.com.br"),
        ("mailto:ana@exemplo.com", "ana@exemplo.com"),
        ("Ana Souza <ana@exemplo.com>", "ana@exemplo.com"),
        ("ana@exemplo", None),
        ("ana..souza@exemplo.com", None),
        ("ana@exemplo.com; bia@exemplo.com", None),
        ("não tem", None),
        (None, None),
    ],
)
def test_an_email_is_in_lower_case_or_nothing(written: str | None, kept: str | None) -> None:
    assert email(written) == kept


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Lúcia  D'Ávila", "lucia d avila"),
        ("JOÃO-PEDRO_Araújo (sócio)", "joao pedro araujo socio"),
        ("Straße", "strasse"),
        ("", ""),
        (None, ""),
    ],
)
def test_a_name_key_is_blind_to_accents_case_and_punctuation(written: str | None, key: str) -> None:
    assert name_key(written) == key
