import gzip

from storefront import paths


def _packed(files):
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files)


def test_all_style_sheets_together_stay_within_12_kb():
    sheets = list((paths.STATIC / "css").glob("*.css"))

    assert len(sheets) == 5
    assert _packed(sheets) <= 12 * 1024


def test_all_modules_together_stay_within_8_kb():
    modules = list((paths.STATIC / "js").glob("*.js"))

    assert modules
    assert _packed(modules) <= 8 * 1024


def test_a_page_with_its_whole_wall_stays_within_40_kb(client):
    for name in ("drop-open", "drop-large"):
        page = client.get(f"/preview/{name}").data

        assert len(gzip.compress(page, 6)) <= 40 * 1024


def test_the_two_preloaded_faces_are_small(built_fonts):
    assert (built_fonts / "digits.woff2").stat().st_size <= 9 * 1024
    assert (built_fonts / "text.woff2").stat().st_size <= 36 * 1024
    assert (built_fonts / "display.woff2").stat().st_size <= 80 * 1024
