//! Reads Markdown pages: front matter between `+++` lines, headings with their text, two-column tables.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

use super::finding::{At, Log};
use super::model::{Passage, Place};
use super::names::fold;
use super::table::{self, SourceFile};
use super::toml_doc::{Item, Source};

/// The parts of a page.
pub(crate) struct Page {
    /// Front matter, in file order.
    pub(crate) front: Vec<Item>,
    /// Headings with their own text, and the text before the first heading.
    pub(crate) passages: Vec<Passage>,
    /// Rows of two-column tables: line, left, right.
    pub(crate) tables: Vec<(u32, String, String)>,
}

/// Reads a page; `None` and a finding if the file is not text.
pub(crate) fn read(file: &SourceFile, log: &mut Log) -> Option<Page> {
    let text = table::text(&file.bytes, log)?;
    if text.trim().is_empty() {
        log.warning(
            "empty-file",
            At::FILE,
            "the file is empty",
            "fill it in or remove it",
        );
    }
    let (front, body) = split_front_matter(&text, log);
    let front = front.map_or_else(Vec::new, |source| {
        let (table, _) = source.parse(log);
        source.items(&table)
    });
    let (mut page, bare) = read_body(&body, file);
    number_repeats(&mut page.passages, log);
    page.passages.retain(|passage| {
        let endless = table::is_endless(&passage.text);
        if endless {
            table::report_endless(passage.place.row, "the text", &passage.text, log);
        }
        !endless
    });
    // A page without any text is reported as a whole.
    if !page.passages.is_empty() {
        report_bare(&bare, &page.passages, log);
    }
    Some(Page { front, ..page })
}

/// Front matter and body, each with its first line.
fn split_front_matter<'t>(text: &'t str, log: &mut Log) -> (Option<Source<'t>>, Source<'t>) {
    let mut lines = text.split_inclusive('\n').scan(0, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line))
    });
    let whole = Source {
        text,
        first_line: 1,
    };
    let below = |start: usize| Source {
        text: &text[start..],
        first_line: whole.line(start),
    };
    let Some((at, opening)) = lines.by_ref().find(|(_, line)| !line.trim().is_empty()) else {
        return (None, whole);
    };
    let opening_line = whole.line(at);
    if opening.trim() == "---" {
        log.error(
            "wrong-front-matter",
            At::row(opening_line),
            "the front matter stands between --- lines",
            "put it between +++ lines and write it as key = \"value\"",
        );
        let end = lines
            .find(|(_, line)| line.trim() == "---")
            .map_or(text.len(), |(at, line)| at + line.len());
        return (None, below(end));
    }
    if opening.trim() != "+++" {
        return (None, whole);
    }
    let start = at + opening.len();
    let (end, body) = match lines.find(|(_, line)| line.trim() == "+++") {
        Some((end, closing)) => (end, end + closing.len()),
        None => {
            log.error(
                "unclosed-front-matter",
                At::row(opening_line),
                "the front matter starts with +++ but no second +++ line closes it",
                "add a line +++ below the last key",
            );
            // People write keys up to the first blank line or heading.
            let keys = text[start..]
                .split_inclusive('\n')
                .take_while(|line| !line.trim().is_empty() && !line.starts_with('#'));
            let end = start + keys.map(str::len).sum::<usize>();
            (end, end)
        }
    };
    let front = Source {
        text: &text[start..end],
        first_line: opening_line + 1,
    };
    (Some(front), below(body))
}

/// A heading without its own text, and its line.
type Bare = (Vec<String>, u32);

/// Reports headings with neither text nor further headings: the text below them seems to be lost.
fn report_bare(bare: &[Bare], passages: &[Passage], log: &mut Log) {
    let paths = || {
        let texts = passages.iter().map(|passage| &passage.path);
        texts.chain(bare.iter().map(|(path, _)| path))
    };
    for (path, line) in bare {
        let holds = |other: &&Vec<String>| other.len() > path.len() && other.starts_with(path);
        if let (Some(title), None) = (path.last(), paths().find(holds)) {
            log.warning(
                "empty-heading",
                At::row(*line),
                format!("nothing stands below the heading \"{title}\", which is not read"),
                "write its text, or remove the heading",
            );
        }
    }
}

/// A heading during the walk over the page.
struct Open {
    path: Vec<String>,
    line: u32,
    /// Byte at which its text starts.
    text_from: usize,
}

fn read_body(body: &Source, file: &SourceFile) -> (Page, Vec<Bare>) {
    let mut passages = Vec::new();
    let mut bare: Vec<Bare> = Vec::new();
    let mut tables = Vec::new();
    let mut stack: Vec<(HeadingLevel, String)> = Vec::new();
    let mut open = Open {
        path: Vec::new(),
        line: 0,
        text_from: 0,
    };
    let mut heading: Option<(HeadingLevel, usize, String)> = None;
    let mut table = TableRows::default();
    let mut close = |open: &Open, until: usize, passages: &mut Vec<Passage>| {
        let raw = &body.text[open.text_from..until];
        let text = raw.trim();
        if text.is_empty() {
            if !open.path.is_empty() {
                bare.push((open.path.clone(), open.line));
            }
            return;
        }
        let row = if open.path.is_empty() {
            body.line(open.text_from + (raw.len() - raw.trim_start().len()))
        } else {
            open.line
        };
        passages.push(Passage {
            path: open.path.clone(),
            text: text.replace("\r\n", "\n"),
            place: Place::in_file(&file.path, row),
        });
    };
    for (event, range) in Parser::new_ext(body.text, Options::ENABLE_TABLES).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                heading = Some((level, range.start, String::new()))
            }
            Event::End(TagEnd::Heading(_)) => {
                let Some((level, start, title)) = heading.take() else {
                    continue;
                };
                close(&open, start, &mut passages);
                stack.retain(|(above, _)| *above < level);
                stack.push((level, title.trim().to_string()));
                open = Open {
                    path: stack.iter().map(|(_, title)| title.clone()).collect(),
                    line: body.line(start),
                    text_from: range.end,
                };
            }
            Event::Text(text) | Event::Code(text) => match &mut heading {
                Some((_, _, title)) => title.push_str(&text),
                None => table.text(&text),
            },
            Event::SoftBreak | Event::HardBreak => match &mut heading {
                Some((_, _, title)) => title.push(' '),
                None => table.text(" "),
            },
            Event::InlineHtml(html) => {
                table.text(if html.starts_with("<br") { "\n" } else { &html })
            }
            Event::Start(Tag::Table(columns)) => {
                table = TableRows {
                    width: columns.len(),
                    ..TableRows::default()
                }
            }
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                table.rows.push((body.line(range.start), Vec::new()))
            }
            Event::Start(Tag::TableCell) => table.cell = Some(String::new()),
            Event::End(TagEnd::TableCell) => table.close_cell(),
            Event::End(TagEnd::Table) => tables.extend(std::mem::take(&mut table).into_pairs()),
            _ => {}
        }
    }
    close(&open, body.text.len(), &mut passages);
    let page = Page {
        front: Vec::new(),
        passages,
        tables,
    };
    (page, bare)
}

/// A table during the walk.
#[derive(Default)]
struct TableRows {
    width: usize,
    rows: Vec<(u32, Vec<String>)>,
    cell: Option<String>,
}

impl TableRows {
    fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell {
            cell.push_str(text);
        }
    }

    fn close_cell(&mut self) {
        if let (Some(cell), Some((_, cells))) = (self.cell.take(), self.rows.last_mut()) {
            cells.push(cell.trim().to_string());
        }
    }

    /// The rows of a two-column table. The head is a row too, unless it only titles the columns (参数 | 说明).
    fn into_pairs(self) -> impl Iterator<Item = (u32, String, String)> {
        let two = self.width == 2;
        self.rows
            .into_iter()
            .enumerate()
            .filter_map(move |(index, (line, cells))| {
                let [name, value] = <[String; 2]>::try_from(cells).ok().filter(|_| two)?;
                let head = index == 0 && (is_column_title(&name) || is_column_title(&value));
                (!head && !name.is_empty() && !value.is_empty()).then_some((line, name, value))
            })
    }
}

/// Words that title a column of a spec table and are no specs.
fn is_column_title(text: &str) -> bool {
    matches!(
        fold(text).as_str(),
        "" | "参数"
            | "参数名"
            | "参数名称"
            | "参数值"
            | "项目"
            | "属性"
            | "属性名"
            | "属性值"
            | "名称"
            | "规格"
            | "规格参数"
            | "规格项"
            | "说明"
            | "内容"
            | "值"
            | "数值"
            | "详情"
            | "描述"
            | "取值"
            | "指标"
            | "信息"
            | "标准"
            | "item"
            | "spec"
            | "name"
            | "value"
            | "key"
            | "parameter"
            | "property"
            | "description"
            | "detail"
            | "details"
    )
}

/// Makes the paths of passages unique: the second `说明` becomes `说明（2）`.
fn number_repeats(passages: &mut [Passage], log: &mut Log) {
    for index in 1..passages.len() {
        let (before, here) = passages.split_at_mut(index);
        let passage = &mut here[0];
        let is_known = |path: &[String]| before.iter().any(|known| known.path == path);
        if !is_known(&passage.path) {
            continue;
        }
        let Some(title) = passage.path.last().cloned() else {
            continue;
        };
        for number in 2.. {
            if let Some(last) = passage.path.last_mut() {
                *last = format!("{title}（{number}）");
            }
            if !is_known(&passage.path) {
                break;
            }
        }
        log.warning(
            "duplicate-heading",
            At::row(passage.place.row),
            format!("the heading \"{title}\" comes twice in the same place"),
            "give it a name of its own; answers refer to it",
        );
    }
}
