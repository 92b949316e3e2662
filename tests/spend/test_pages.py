"""The Spend pages: what each person sees, and that every figure is the sum of its rows."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
import zipfile
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.utils import timezone

from accounts import ledger
from accounts.models import TeamRole
from generations.models import Generation, State
from generations.spend import books, queries
from generations.spend.asked import BY
from tests.accounts.people import join, person, team

SPEND = "/t/crew/spend/"


def text(answer) -> str:
    """What a reader reads: no tags, single spaces."""
    assert answer.status_code == 200, answer
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def cells(answer, name: str) -> dict[str, list[str]]:
    """The rows of the table of sums or of the audit: label -> what stands in the cells."""
    part = answer.content.decode().partition(f'id="{name}"')[2].partition("</section>")[0]
    found = {}
    for row in re.findall(r"<tr[^>]*>(.*?)</tr>", part, re.S):
        label = re.search(r'<th scope="row">(.*?)(?:<small|</th>)', row, re.S)
        if label:
            told = [one.replace("<small>", " ") for one in re.findall(r"<td.*?</td>", row)]
            plain = [re.sub(r"<[^>]+>", "", one).strip() for one in told]
            found[re.sub(r"<[^>]+>", "", label[1]).strip()] = plain
    return found


def lines(answer) -> list[list[str]]:
    content = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content)))


def sheets(answer) -> dict[str, list[list[str]]]:
    """A workbook's sheets by name, as rows of what stands in their cells."""
    space = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        root = ElementTree.fromstring(book.read("xl/workbook.xml"))
        names = [one.get("name") for one in root.findall(".//x:sheet", space)]
        found = {}
        for number, name in enumerate(names, 1):
            page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            assert not page.findall(".//x:f", space), "a formula"
            found[name] = [
                [
                    "".join(one.itertext())
                    for one in row.findall("x:c", space)
                    if "".join(one.itertext())
                ]
                for row in page.findall(".//x:row", space)
            ]
    return found


@pytest.fixture
def spent(crew):
    """Carl: 0.12 at PixVerse (book 0.10), 0.05 unpublished at Pixazo, a free failure.
    Olga: 0.08 (book 0.10) in the ad. All this month or today.
    """
    crew.clip(120_000, cheapest=90_000)
    crew.clip(50_000, account=crew.pixazo, published=None, cheapest=50_000, model="v5.6")
    crew.clip(0, state=State.FAILED)
    crew.clip(80_000, user=crew.olga, project=crew.ad, prompt="a kite")
    assert ledger.check() == []
    return crew


def test_totals(spent, as_):
    page = text(as_(spent.olga).get(SPEND))
    assert "Charged $0.25" in page
    assert "Held now $0.00" in page
    assert "Clips 4 3 made 1 failed, 0 refused" in page
    # Compared: 0.12 + 0 + 0.08 against 0.10 + 0 + 0.10. Each differs, the sums do not.
    assert "Against the published price exact 0 % 2 differ 1 not published" in page
    assert "Against the cheapest +$0.01" in page


def test_the_audit_says_every_difference(spent, as_):
    found = cells(as_(spent.olga).get(SPEND), "audit")
    assert found["Carl"] == [
        *("3", "$0.17", "$0.12", "$0.10", "+$0.02 +20.0 %", "$0.02", "$0.00"),
        *("$0.14", "+$0.03", "$0.05 1 clip"),
    ]
    assert found["Olga"] == [
        *("1", "$0.08", "$0.08", "$0.10", "−$0.02 −20.0 %", "$0.00", "$0.02"),
        *("$0.10", "−$0.02", "$0.00"),
    ]
    assert found["Total"] == [
        *("4", "$0.25", "$0.20", "$0.20", "exact", "$0.02", "$0.02"),
        *("$0.24", "+$0.01", "$0.05 1 clip"),
    ]
    # Nothing of it has a published price: that is no agreement, and no $0.00 either.
    assert found["Pixazo"] == [
        *("1", "$0.05", "–", "–", "–", "–", "–"),
        *("$0.05", "exact", "$0.05 1 clip"),
    ]


@pytest.mark.parametrize("by", BY)
def test_each_table_adds_up_to_the_total(spent, as_, by):
    found = cells(as_(spent.olga).get(SPEND, {"by": by}), "table")
    total = found.pop("Total")
    assert total[0] == "4"
    assert sum(int(row[0]) for row in found.values()) == 4
    paid = [round(float(row[2].strip("$")) * 100) for row in found.values()]
    assert sum(paid) == 25 == round(float(total[2].strip("$")) * 100)
    assert paid == sorted(paid, reverse=True)


def test_sorting(spent, as_):
    browser = as_(spent.olga)
    up = cells(browser.get(SPEND, {"by": "project", "sort": "name"}), "table")
    assert list(up) == ["Ad", "Film", "Total"]
    down = cells(browser.get(SPEND, {"by": "project", "sort": "-name"}), "table")
    assert list(down) == ["Film", "Ad", "Total"]


def test_units_of_two_providers_are_not_added(spent, as_):
    browser = as_(spent.olga)
    assert "Charged $0.25 in 2 providers’ own units" in text(browser.get(SPEND))
    one = browser.get(SPEND, {"account": spent.pixverse.uuid})
    assert "Charged $0.20 20 PixVerse credits" in text(one)
    assert cells(browser.get(SPEND, {"by": "account"}), "table")["Total"][3] == "–"


def test_a_figure_leads_to_its_rows(spent, as_):
    """Every link out of the tables leads to rows whose sum is the figure."""
    browser = as_(spent.olga)
    page = browser.get(SPEND, {"by": "project"}).content.decode()
    part = page.partition('id="table"')[2].partition('id="audit"')[0]
    links = re.findall(r'<td class="n"><a href="([^"]+)">\$([\d.]+)</a>', part)
    assert len(links) >= 3
    for url, amount in links:
        if "only=" in url:
            continue
        rows = text(browser.get(url.replace("&amp;", "&")))
        assert f"${amount} charged" in rows, url


def test_rows(spent, as_):
    browser = as_(spent.olga)
    page = text(browser.get(f"{SPEND}rows/"))
    assert "$0.25 charged, 4 clips" in page
    assert "a kite" in page
    over = text(browser.get(f"{SPEND}rows/", {"only": "over"}))
    assert "$0.12 charged, 1 clip," in over
    assert "$0.05 charged, 1 clip" in text(browser.get(f"{SPEND}rows/", {"only": "unpublished"}))
    failed = text(browser.get(f"{SPEND}rows/", {"only": "failed"}))
    assert "$0.00 charged, 1 clip" in failed
    prompt = browser.get(SPEND, {"by": "prompt"}).content.decode()
    digest = re.search(r"prompt=(\w{32})", prompt)[1]
    assert "a boat" in text(browser.get(f"{SPEND}rows/", {"prompt": digest}))


def test_rows_page_by_page(crew, as_):
    for number in range(53):
        crew.clip(1_000 + number, days_ago=number % 3)
    browser, seen = as_(crew.olga), []
    url = f"{SPEND}rows/?period=30-days"
    for _ in range(3):
        page = browser.get(url).content.decode()
        seen += re.findall(r"/g/([0-9a-f-]{36})/", page)
        older = re.search(r'href="([^"]+after=[^"]+)"', page)
        if not older:
            break
        url = older[1].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 53


def test_days_and_adjustments(crew, as_):
    old = crew.clip(100_000, days_ago=40)
    crew.clip(30_000)
    browser = as_(crew.olga)
    assert "Charged $0.03" in text(browser.get(SPEND, {"period": "30-days"}))
    books.adjust(old, 20_000, reason="late", note="on the statement")
    assert "Charged $0.05" in text(browser.get(SPEND, {"period": "30-days"}))
    start = (timezone.localdate() - dt.timedelta(days=41)).isoformat()
    whole = {"period": "custom", "from": start, "to": timezone.localdate().isoformat()}
    assert "Charged $0.15" in text(browser.get(SPEND, whole))
    assert "corrected by" in text(browser.get(f"{SPEND}rows/", {"period": "30-days"}))


def test_a_month_says_why_spend_has_another_sum(crew, as_):
    """A budget's month is that in which a clip was asked for; Spend counts each charge's day."""
    old = crew.clip(100_000, days_ago=40)
    books.adjust(old, 20_000, reason="late", note="on the statement")
    browser, today = as_(crew.olga), timezone.localdate()
    told = "On Spend , by the day of the charge"
    page = text(browser.get(f"/t/crew/audit/months/{today:%Y-%m}/"))
    assert f"Charged $0.12 {told} $0.02" in page
    page = text(browser.get(f"/t/crew/audit/months/{today - dt.timedelta(days=40):%Y-%m}/"))
    assert f"Charged $0.00 {told} $0.10" in page


def test_spend_says_why_the_bar_has_another_sum(spent, as_):
    assert "the bar at the top, count it in the month in which the clip was asked for" in text(
        as_(spent.olga).get(SPEND)
    )
    assert "Each month’s page" in text(as_(spent.olga).get(SPEND))
    assert "Each month’s page" not in text(as_(spent.pia).get(SPEND))


def test_what_is_given_back_on_the_same_day_leaves_nothing(crew, as_):
    old = crew.clip(100_000, days_ago=3)
    books.adjust(old, 20_000, reason="late", note="on the statement")
    books.adjust(old, -20_000, reason="back", note="they saw it too")
    assert ledger.check() == []
    assert "Charged $0.10" in text(as_(crew.olga).get(SPEND, {"period": "30-days"}))


def test_what_is_held(crew, as_):
    crew.clip(None, state=State.RUNNING)
    crew.clip(None, state=State.UNCERTAIN)
    asked = crew.clip(None, state=State.FAILED)
    Generation.objects.filter(pk=asked.pk).update(question="charge")
    browser = as_(crew.olga)
    assert "Held now $0.30 1 under way, 2 unknown" in text(browser.get(SPEND))
    assert "Held now $0.30" in text(browser.get(SPEND, {"project": crew.film.uuid}))
    rows = text(browser.get(f"{SPEND}rows/", {"only": "held"}))
    assert "Held now, whatever the day: $0.30 · 1 under way, 2 unknown" in rows
    assert rows.count("a boat") == 3


def test_play_money_is_never_added(spent, as_):
    play = spent.account("pixverse", play=True, name="Toy")
    spent.clip(900_000, account=play)
    browser = as_(spent.olga)
    assert "Charged $0.25" in text(browser.get(SPEND))
    toys = text(browser.get(SPEND, {"money": "play"}))
    assert "Charged $0.90" in toys
    assert "Play money" in toys


def test_a_real_account_that_spent_nothing_does_not_hide_play_money(as_, crew):
    play = crew.account("pixverse", play=True, name="Toy")
    crew.clip(900_000, account=play)
    browser = as_(crew.olga)
    assert "Charged $0.90" in text(browser.get(SPEND))
    assert "Charged $0.90" not in text(browser.get(SPEND, {"money": "real"}))


def test_a_team_with_play_accounts_only_sees_play_money(as_, crew):
    for account in (crew.pixverse, crew.pixazo):
        account.play = True
        account.save()
    crew.clip(40_000)
    assert "Charged $0.04" in text(as_(crew.olga).get(SPEND))


def test_a_producer_sees_the_projects_that_she_produces(spent, as_):
    browser = as_(spent.pia)
    page = browser.get(SPEND)
    assert "Charged $0.17" in text(page)
    assert "Olga" not in text(page).partition("Who")[0]
    assert browser.get(SPEND, {"project": spent.ad.uuid}).status_code == 404
    assert "a kite" not in text(browser.get(f"{SPEND}rows/"))
    assert all("a kite" not in line for line in lines(browser.get(f"{SPEND}rows.csv")))


def test_a_creator_sees_his_own(spent, as_):
    browser = as_(spent.carl)
    assert browser.get(SPEND).headers["Location"] == f"{SPEND}mine/"
    mine = text(browser.get(f"{SPEND}mine/"))
    assert "Charged $0.17 3 clips, 1 failed or refused" in mine
    assert "a kite" not in text(browser.get(f"{SPEND}rows/", {"person": spent.olga.pk}))
    rows = lines(browser.get(f"{SPEND}rows.csv"))
    assert rows[-1][13] == "0.17"
    assert browser.get(f"{SPEND}audit.csv").status_code == 404


def test_my_spend_and_what_it_holds(spent, as_):
    spent.clip(None, state=State.RUNNING)
    mine = text(as_(spent.carl).get(f"{SPEND}mine/"))
    assert "Held now $0.10 1 under way" in mine


def test_an_auditor_sees_all_and_a_viewer_nothing(spent, as_):
    assert "Charged $0.25" in text(as_(spent.audrey).get(SPEND))
    viewer = as_(spent.vera)
    for path in ("", "rows/", "mine/", "tables.xlsx"):
        assert viewer.get(f"{SPEND}{path}").status_code == 403
    home = viewer.get("/t/crew/projects/").content.decode()
    assert SPEND not in home
    assert SPEND in as_(spent.carl).get("/t/crew/projects/").content.decode()


def test_another_team_is_not_in_it(spent, as_):
    other = person("Otto")
    neighbours = team(other, slug="neighbours")
    join(neighbours, spent.olga, TeamRole.OWNER)
    page = text(as_(spent.olga).get("/t/neighbours/spend/"))
    assert "Charged $0.00" in page
    query = {"account": spent.pixverse.uuid}
    assert as_(spent.olga).get("/t/neighbours/spend/", query).status_code == 404


@pytest.mark.parametrize("query", ["period=custom&from=30.11.2026", "sort=nothing&by=x&only=y"])
def test_odd_addresses(spent, as_, query):
    assert as_(spent.olga).get(f"{SPEND}?{query}").status_code == 200
    assert as_(spent.olga).get(f"{SPEND}rows/?{query}&after=x.y").status_code == 200


def test_the_csv_is_the_page(spent, as_):
    browser = as_(spent.olga)
    for by in BY:
        page = cells(browser.get(SPEND, {"by": by}), "table")
        head, *rows = lines(browser.get(f"{SPEND}{by}.csv"))
        place = next(n for n, one in enumerate(head) if one == "Charged (USD)")
        told = {row[0]: float(row[place]) for row in rows}
        assert told == {label: float(row[2].strip("$")) for label, row in page.items()}
    audit = lines(browser.get(f"{SPEND}audit.csv"))
    assert ["Carl", "Pixazo", "1", "0.05", *[""] * 6, "0.05", "0", "0.05", "1"] in audit
    days = lines(browser.get(f"{SPEND}days.csv"))
    assert days[-1][-1] == "0.25"


def test_the_file_against_the_book_can_be_summed(spent, as_):
    """A row for each person and account and not their sums, so that a column can be added up."""
    browser = as_(spent.olga)
    page = cells(browser.get(SPEND), "audit")
    files = [
        lines(browser.get(f"{SPEND}audit.csv")),
        sheets(browser.get(f"{SPEND}tables.xlsx"))["Against the book"],
    ]
    for head, *rows in files:
        assert head[:2] == ["Person", "Account"]
        assert sorted(tuple(row[:2]) for row in rows) == [
            ("Carl", "Pixazo"), ("Carl", "Pixverse"), ("Olga", "Pixverse"),
        ]  # fmt: skip
        place = head.index("Paid (USD)")
        for name in ("Carl", "Olga", "Total"):
            paid = sum(Decimal(row[place]) for row in rows if name in ("Total", row[0]))
            assert f"${paid}" == page[name][1]


def test_figures_have_four_decimals_on_the_page_and_all_in_the_file(crew, as_):
    crew.clip(120_045)
    crew.clip(40)
    browser = as_(crew.olga)
    page = browser.get(SPEND)
    assert cells(page, "table")["Carl"][2] == "$0.1201"
    assert 'title="$0.120085"' in page.content.decode()
    assert lines(browser.get(f"{SPEND}person.csv"))[1][3] == "0.120085"


def test_what_is_less_than_that_is_not_nothing(crew, as_):
    crew.clip(40)
    assert cells(as_(crew.olga).get(SPEND), "table")["Carl"][2] == "$0.00004"


def test_every_figure_at_the_top_leads_to_its_rows(spent, as_):
    """Charged, clips, made, failed, over the book, not in it, over the cheapest."""
    browser = as_(spent.olga)
    part = browser.get(SPEND).content.decode().partition('<dl class="kpis')[2].partition("</dl>")[0]
    found = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]+)"', part)]
    # And to the budgets, for what is held counts there.
    assert "/t/crew/budgets/" in found
    found.remove("/t/crew/budgets/")
    only = [re.search(r"only=(\w+)", one) for one in found]
    asked = [one[1] if one else "" for one in only]
    assert asked == [*("", "", "succeeded", "failed", "differing", "unpublished", "dearer")]
    clips = {"": "4 clips", "succeeded": "3 clips", "failed": "1 clip", "unpublished": "1 clip"}
    for which, url in zip(asked, found, strict=True):
        assert clips.get(which, "clip") in text(browser.get(url))


def test_what_was_corrected_is_a_figure_with_its_rows(spent, as_):
    """A refund of an old clip and a late charge of one of today: what they come to together."""
    old = spent.clip(100_000, days_ago=40, prompt="an old kite")
    books.adjust(old, -60_000, reason="refund", note="on their statement")
    books.adjust(Generation.objects.get(prompt="a kite"), 5_000, reason="late", note="so as well")
    browser = as_(spent.olga)
    said = text(browser.get(SPEND))
    assert "−$0.055 corrected later" in said
    page = browser.get(SPEND).content.decode()
    link = re.search(r'href="([^"]*only=corrected[^"]*)"', page)[1].replace("&amp;", "&")
    rows = text(browser.get(link))
    assert "an old kite" in rows
    assert "a boat" not in rows
    assert rows.count("corrected by") == 2
    assert "corrected by +$0.005" in rows
    head, *told, total = lines(browser.get(f"{SPEND}rows.csv?only=corrected"))
    at = head.index("Of it corrected later (USD)")
    assert sorted(row[at] for row in told) == ["-0.06", "0.005"]
    assert total[at] == "-0.055"
    # Of a period in which nothing was, nothing is said of it.
    assert "corrected" not in text(browser.get(SPEND, {"period": "last-month"}))


def test_a_month_of_corrections_alone_is_not_nothing(crew, as_):
    old = crew.clip(100_000, days_ago=40, prompt="an old kite")
    books.adjust(old, -60_000, reason="refund", note="on their statement")
    said = text(as_(crew.olga).get(SPEND))
    assert "−$0.06 corrected later" in said
    assert "nothing yet" not in said
    assert "Nothing was charged" not in said


def test_every_clip_as_csv(spent, as_):
    head, *rows, total = lines(as_(spent.olga).get(f"{SPEND}rows.csv"))
    assert len(rows) == 4
    assert total[0] == "Total"
    assert total[head.index("Charged (USD)")] == "0.25"
    assert total[head.index("Over the book (USD)")] == "0.02"
    assert {row[head.index("Prompt")] for row in rows} == {"a boat", "a kite"}
    assert all(row[head.index("Address")].startswith("http://testserver/t/crew/p/") for row in rows)


def test_what_somebody_typed_is_no_formula(crew, as_):
    crew.clip(prompt='=HYPERLINK("http://x")')
    crew.clip(prompt="@sum")
    crew.clip(prompt="-1+2")
    browser = as_(crew.olga)
    rows = lines(browser.get(f"{SPEND}rows.csv"))
    prompts = {row[8] for row in rows[1:-1]}
    assert prompts == {'\'=HYPERLINK("http://x")', "'@sum", "'-1+2"}
    book = sheets(browser.get(f"{SPEND}rows.xlsx"))
    assert any("=HYPERLINK" in cell for row in book["Clips"] for cell in row)


def test_the_workbook_is_the_page(spent, as_):
    book = sheets(as_(spent.olga).get(f"{SPEND}tables.xlsx"))
    titles = ["By person", "By project", "By provider account", "By model", "By operation"]
    assert list(book) == ["About", "Per day", *titles, "By prompt", "Against the book"]
    for name in (*titles, "By prompt"):
        assert book[name][-1][:2] == ["Total", "4"]
        assert book[name][-1][3] == "0.25"
    assert ["Money", "Real money"] in book["About"]
    assert book["Per day"][-1][-1] == "0.25"


def test_a_full_sheet_goes_on_in_another(spent, as_, monkeypatch):
    from generations.spend import spreadsheet

    monkeypatch.setattr(spreadsheet, "MOST_ROWS", 3)
    book = sheets(as_(spent.olga).get(f"{SPEND}rows.xlsx"))
    assert list(book) == ["Clips", "Clips 2", "Clips 3"]
    assert [len(rows) for rows in book.values()] == [3, 3, 2]
    assert {tuple(rows[0]) for rows in book.values()} == {tuple(book["Clips"][0])}
    assert book["Clips 3"][-1][0] == "Total"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL knows it by itself")
def test_the_kind_of_money_is_a_key_of_the_index(crew):
    today = timezone.localdate()
    view = queries.View(crew.team.pk, False, today, today)  # noqa: FBT003 - as rows say it
    assert "play=? AND day>?" in queries.lines(view).explain()


def test_a_spreadsheet_begins_before_its_rows_are_read(spent, as_, django_assert_num_queries):
    answer = as_(spent.olga).get(f"{SPEND}rows.xlsx")
    body = iter(answer.streaming_content)
    with django_assert_num_queries(0):
        assert next(body).startswith(b"PK")
    answer.close()


def test_odd_signs_do_not_break_a_spreadsheet(crew, as_):
    crew.clip(prompt='a <b> & \x07 "c" 漢 ]]>')
    (name,) = (book := sheets(as_(crew.olga).get(f"{SPEND}rows.xlsx")))
    assert any('a <b> &  "c" 漢 ]]>' in cell for cell in book[name][1])


def test_the_chart_has_a_bar_for_each_day_and_a_table_behind_it(spent, as_):
    page = as_(spent.olga).get(SPEND, {"period": "30-days"}).content.decode()
    assert page.count("<rect class=") > 2
    bars = re.findall(r'<a href="[^"]+" aria-label="([^"]+)">', page)
    assert len(bars) == 30
    assert bars[-1].endswith(": $0.25; Pixverse $0.20; Pixazo $0.05")
    assert "The same as a table" in page


def test_the_number_of_queries_does_not_grow(spent, as_, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = as_(spent.olga)
    paths = [SPEND, f"{SPEND}?by=prompt", f"{SPEND}?by=model", f"{SPEND}rows/", f"{SPEND}mine/"]
    before = {}
    for path in paths:
        browser.get(path)
        with CaptureQueriesContext(connection) as asked:
            browser.get(path)
        before[path] = len(asked)
    for number in range(12):
        somebody = join(spent.team, person(f"Nina{number}")).user
        place = spent.account("useapi", name=f"Useapi {number}")
        for prompt in ("a fox", f"a fern {number}"):
            spent.clip(user=somebody, account=place, prompt=prompt, days_ago=number % 2)
    for path in paths:
        with django_assert_max_num_queries(before[path]):
            browser.get(path)


def test_a_chart_of_many_years_begins_with_the_first_charge(crew, as_):
    crew.clip(100_000, days_ago=200)
    crew.clip(50_000)
    browser, decade = as_(crew.olga), {"period": "custom", "from": "2020-01-01", "to": "2031-12-31"}
    rows = lines(browser.get(f"{SPEND}days.csv", decade))[1:-1]
    assert (rows[0][-1], rows[-1][-1]) == ("0.1", "0.05")
    assert 7 <= len(rows) <= 8
    assert "Nothing was charged" not in text(browser.get(SPEND, decade))
    nothing = {"period": "custom", "from": "2020-01-01", "to": "2024-12-31"}
    assert "Nothing was charged" in text(browser.get(SPEND, nothing))
