//! The page shows all of its view, runs nothing from a record, and stays small.

use super::sample::{RIGHT_TO_LEFT, SCRIPT, full, long, page as sample};
use super::*;
use crate::report::view::Page;

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

/// The text between tags, without escapes.
fn words(html: &str) -> String {
    let text: String = html
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect::<Vec<_>>()
        .join("\n");
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

/// The tables of a page alone.
fn tables(html: &str) -> String {
    html.split("<table")
        .skip(1)
        .filter_map(|rest| rest.split_once("</table>"))
        .map(|(table, _)| table)
        .collect()
}

fn nothing() -> Page {
    let none = sample();
    Page {
        title: "nothing".into(),
        cautions: vec![],
        verdicts: vec![],
        matrix: view::Matrix::default(),
        groups: vec![],
        curves: vec![],
        plane: None,
        primitives: vec![],
        primitive_lessons: vec![],
        lessons: view::Lessons::default(),
        environment: vec![],
        apparatus: vec![],
        warnings: vec![],
        ..none
    }
}

#[test]
fn the_page_is_whole_and_its_elements_are_closed() {
    for html in [page(&sample(), Some("H4sI")), page(&nothing(), None)] {
        assert!(html.starts_with("<!DOCTYPE html><html lang=\"en\">") && html.ends_with("</html>"));
        for element in [
            "section", "table", "tr", "td", "figure", "svg", "g", "path", "text", "bdi", "ul", "li",
            "details", "p",
        ] {
            let opened = count(&html, &format!("<{element}>")) + count(&html, &format!("<{element} "));
            assert_eq!(opened, count(&html, &format!("</{element}>")), "{element}");
        }
    }
}

#[test]
fn only_the_pages_own_script_runs_and_its_hash_is_in_the_policy() {
    let html = page(&sample(), None);
    assert_eq!(count(&html, "<script"), 1);
    let (_, script) = html.split_once("<script>").unwrap();
    let (script, _) = script.split_once("</script>").unwrap();
    let hash = STANDARD.encode(Sha256::digest(script));
    assert!(html.contains(&format!("script-src 'sha256-{hash}'")));
    for attribute in [" onclick", " onload", " onerror", " style="] {
        assert!(!html.contains(attribute), "{attribute}");
    }
}

#[test]
fn a_name_that_is_markup_is_read_and_not_run() {
    let html = page(&sample(), None);
    assert!(!html.contains(SCRIPT) && html.contains("&lt;script&gt;alert(1)"));
    assert!(html.contains(&format!("<bdi>{RIGHT_TO_LEFT}</bdi>")));
    assert!(html.contains(&format!("<bdi>{}</bdi>", long())), "whole in the table, cut in pictures alone");
    assert!(!html.contains("http://") && !html.contains("https://"), "nothing is fetched");
}

#[test]
fn every_figure_of_a_picture_is_in_a_table_too() {
    let sample = sample();
    let tables = words(&tables(&page(&sample, None)));
    for bar in sample.groups.iter().flat_map(|group| &group.bars.bars) {
        assert!(tables.contains(&bar.label), "{}", bar.label);
        assert!(bar.median.as_ref().is_none_or(|median| tables.contains(&median.text)), "{}", bar.label);
        assert!(tables.contains(&bar.word), "{}", bar.word);
    }
}

#[test]
fn a_cell_without_a_number_says_so_in_words_and_gives_the_reason() {
    let html = page(&sample(), None);
    let text = words(&html);
    for words in
        ["job 3 answered wrong: expected 3, got 2", "it cannot hold 32 at once", "limited by the server"]
    {
        assert!(text.contains(words), "{words}");
    }
    let failed =
        html.split("<td class=\"d5 failed\"").nth(1).and_then(|rest| rest.split_once("</td>")).unwrap().0;
    assert!(failed.contains(">!</span>") && failed.contains("failed"), "{failed}");
}

/// How many columns a row has, and how many of them are folded.
fn columns(row: &str) -> [usize; 2] {
    let cells = row.split("<td").skip(1).map(|cell| {
        let (tag, _) = cell.split_once('>').unwrap();
        let span = tag.split_once("colspan=\"").and_then(|(_, rest)| rest.split('"').next()?.parse().ok());
        (span.unwrap_or(1), tag.contains("more"))
    });
    let cells: Vec<(usize, bool)> = cells.collect();
    [cells.iter().map(|(span, _)| span).sum(), cells.iter().filter(|cell| cell.1).map(|(span, _)| span).sum()]
}

#[test]
fn columns_that_would_make_a_table_too_wide_are_folded_and_a_box_without_a_script_shows_them() {
    let sample = sample();
    let html = page(&sample, None);
    let strange = sample.groups.iter().find(|group| group.name == "strange/8").unwrap();
    assert!(strange.table.rows.iter().any(|row| row.fields.len() == 1), "a row without numbers");
    let section = html.split_once("id=\"strange/8\"").unwrap().1.split_once("</section>").unwrap().0;
    let body = section.split_once("<tbody>").unwrap().1.split_once("</tbody>").unwrap().0;
    for row in body.split("<tr").skip(1) {
        assert_eq!(columns(row), [strange.table.head.len() - 1, strange.table.folded], "{row}");
    }
    assert_eq!(count(section, "<th class=\"more\""), strange.table.folded);
    assert!(section.contains("<label class=\"unfold\"><input type=\"checkbox\">"));
    assert!(STYLE.contains(".table:not(:has(.unfold :checked)) .more { display: none }"));
    assert_eq!(count(&html, "class=\"unfold\""), sample.groups.len(), "other tables are narrow");
}

#[test]
fn every_picture_has_a_name_and_ids_are_never_given_twice() {
    let html = page(&sample(), None);
    assert_eq!(count(&html, "role=\"img\""), count(&html, "-name\">"));
    let mut ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let all = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), all);
    for anchor in html.split("href=\"#").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(ids.binary_search(&anchor).is_ok(), "#{anchor} leads nowhere");
    }
}

#[test]
fn each_finding_leads_to_the_lessons_that_explain_it_and_these_are_in_the_page() {
    let html = page(&sample(), None);
    let (_, lessons) = html.split_once("<section id=\"lessons\">").unwrap();
    let (findings, _) = html.split_once("<section id=\"matrix\">").unwrap();
    let of = |anchor: &str| {
        let (_, rest) = findings.split_once(&format!("<a href=\"#{anchor}\">")).unwrap();
        words(rest.split_once("</li>").unwrap().0).replace('\n', "")
    };
    assert!(of("primes/16").contains("Lessons: cores-are-the-limit, coroutines-do-not-compute"));
    assert!(of("http/32").contains("Lessons: threads-for-io, "));
    for lesson in ["gil", "coroutines-switch-cheaply", "memory"] {
        let folded = format!("<details class=\"lesson\" id=\"lesson-{lesson}\"><summary>");
        assert_eq!(count(lessons, &folded), 1, "{lesson}");
        assert!(lessons.contains(&format!("fairlane lesson {lesson}</code>")));
    }
    assert!(
        !html.contains("](") && lessons.contains("href=\"#term-thread\""),
        "links to the glossary are links"
    );
    assert_eq!(count(lessons, "<details class=\"lesson\" id="), sample().lessons.all.len());
}

#[test]
fn every_place_in_a_picture_is_a_number() {
    let mut sample = sample();
    for bar in sample.groups.iter_mut().flat_map(|group| &mut group.bars.bars) {
        bar.median = bar.median.take().map(|median| view::chart::Amount { value: f64::NAN, ..median });
        bar.interval = Some([f64::INFINITY, -1.0]);
    }
    for chart in sample.groups.iter_mut().filter_map(|group| group.timelines.as_mut()) {
        chart.strips.iter_mut().for_each(|strip| strip.rows.clear());
    }
    let html = page(&sample, None);
    assert!(!html.contains("NaN") && !html.contains("=\"inf"));
}

#[test]
fn the_record_is_a_link_if_there_is_one() {
    assert!(
        page(&sample(), Some("H4sI"))
            .contains("download=\"run.json.gz\" href=\"data:application/gzip;base64,H4sI\"")
    );
    assert!(!page(&sample(), None).contains("data:application/gzip"));
}

#[test]
fn a_page_of_a_whole_run_stays_below_two_megabytes() {
    let size = page(&full(), None).len();
    assert!(size < 2_000_000, "{size} bytes");
}

/// `cargo test --lib html::tests::the_page_for_eyes -- --ignored` and open what it names.
#[test]
#[ignore = "for eyes"]
fn the_page_for_eyes() {
    let folder = std::env::temp_dir();
    for (name, sample) in [("sample", sample()), ("full", full()), ("nothing", nothing())] {
        let path = folder.join(format!("fairlane-{name}.html"));
        let html = page(
            &sample,
            Some("H4sIAAAAAAAA/6tWKk5OLEktUrIyMNBRKi4pykxLVbIyMtBRKsnMTVWyUkpKLE5VqgUAV6bJ2ykAAAA="),
        );
        std::fs::write(&path, &html).unwrap();
        eprintln!("{}: {} bytes", path.display(), html.len());
    }
}
