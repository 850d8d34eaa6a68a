//! Opens a page in a real browser, and returns its text, its console, its requests and its picture.
//!
//! Chromium without a window, one process for each look. A look at a blank page shows which requests are Chromium's own.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// No window, no profile of the user, and as few requests of its own as possible.
const QUIET: [&str; 10] = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--enable-logging=stderr",
];

/// The window in which a page is opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) dark: bool,
}

pub(crate) const PLAIN: Window = Window { width: 1280, height: 900, dark: false };

/// What the browser shows and requests.
#[derive(Debug)]
pub(crate) struct Seen {
    /// The page as the browser has it after its scripts have run; empty without scripts.
    pub(crate) dom: String,
    /// The lines of its console.
    pub(crate) console: Vec<String>,
    /// The URLs that it requested, without those that the browser requests for any page.
    pub(crate) requests: BTreeSet<String>,
}

impl Window {
    /// Opens the page and returns what it found.
    pub(crate) fn at(self, page: &Path) -> Seen {
        let (_, blank) = self.requests_of(&blank());
        let own = hosts(&blank);
        let (output, requests) = self.requests_of(page);
        let console = String::from_utf8_lossy(&output.stderr);
        let console = console.lines().filter(|line| line.contains(":CONSOLE:")).map(str::to_owned).collect();
        let requests = requests.into_iter().filter(|url| !own.contains(host(url))).collect();
        Seen { dom: String::from_utf8_lossy(&output.stdout).into_owned(), console, requests }
    }

    fn requests_of(self, page: &Path) -> (Output, BTreeSet<String>) {
        let log = tempfile::NamedTempFile::new().unwrap();
        let output = self.browse(page, &["--dump-dom", &format!("--log-net-log={}", log.path().display())]);
        let log = fs::read_to_string(log.path()).unwrap();
        let urls = log.split("\"url\":\"").skip(1).filter_map(|rest| rest.split('"').next());
        (output, urls.filter(|url| url.starts_with("http")).map(str::to_owned).collect())
    }

    /// Takes a picture of the page.
    pub(crate) fn picture(self, page: &Path, to: &Path) {
        self.browse(page, &[&format!("--screenshot={}", to.display())]);
        assert!(
            fs::metadata(to).unwrap().len() > 10_000,
            "{} is too small for a picture of a page",
            to.display()
        );
    }

    /// Prints the page, as a file, and returns how many sheets it takes.
    pub(crate) fn print(self, page: &Path, to: &Path) -> usize {
        self.browse(page, &["--no-pdf-header-footer", &format!("--print-to-pdf={}", to.display())]);
        let file = fs::read(to).unwrap();
        assert!(file.starts_with(b"%PDF-"), "{} is no PDF", to.display());
        file.windows(11).filter(|part| part == b"/Type /Page").count()
            - file.windows(12).filter(|part| part == b"/Type /Pages").count()
    }

    #[expect(clippy::disallowed_methods, reason = "the subject is a browser, and no lane")]
    fn browse(self, page: &Path, how: &[&str]) -> Output {
        let profile = tempfile::tempdir().unwrap();
        let mut command = Command::new("chromium");
        command.args(QUIET).args(how).arg(format!("--user-data-dir={}", profile.path().display()));
        command.arg(format!("--window-size={},{}", self.width, self.height));
        if self.dark {
            command.arg("--blink-settings=preferredColorScheme=0");
        }
        let output = command.arg(format!("file://{}", page.display())).output().unwrap_or_else(|cause| {
            panic!("chromium: {cause} (the Debian packages that tests need stand in README.md)")
        });
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        output
    }
}

fn blank() -> PathBuf {
    let path = env::temp_dir().join("fairlane-blank.html");
    fs::write(&path, "<!DOCTYPE html><title>blank</title>").unwrap();
    path
}

fn host(url: &str) -> &str {
    url.split('/').nth(2).unwrap_or_default()
}

fn hosts(urls: &BTreeSet<String>) -> BTreeSet<&str> {
    urls.iter().map(|url| host(url)).collect()
}

/// A page that shows another in a frame of that width, narrower than a window can be, and writes into the attribute
/// `data-overflow` of its body by how much the page is wider than that.
pub(crate) fn framed(page: &str, width: u32, height: u32) -> String {
    frame(
        page,
        &format!("style=\"border:0;width:{width}px;height:{height}px\""),
        "document.body.dataset.overflow = String(root.scrollWidth - frame.clientWidth);",
    )
}

/// A page that shows another in a frame, and writes into the attribute `data-glyphs` of its body how many different pictures
/// these signs have in the font of that page. A sign without a glyph has the same box as any other.
pub(crate) fn spelled(page: &str, signs: &str) -> String {
    let loaded = "const { fontFamily } = getComputedStyle(frame.contentDocument.body);\
        const drawn = (sign) => {\
          const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');\
          pen.font = '32px ' + fontFamily;\
          pen.fillText(sign, 10, 50);\
          return canvas.toDataURL();\
        };\
        document.body.dataset.glyphs = String(new Set([...'SIGNS'].map(drawn)).size);";
    frame(page, "", &loaded.replace("SIGNS", signs))
}

/// A page that holds another in a frame where no script runs, and then a copy of the result. The browser cannot print a page
/// while scripts are off, so the outer page, where they are on, prints the copy.
pub(crate) fn scriptless(page: &str) -> String {
    frame(
        page,
        "sandbox=\"allow-same-origin\"",
        "const copy = document.createElement('template'); copy.innerHTML = root.outerHTML; frame.replaceWith(copy);",
    )
}

/// The console's line about a script in such a frame.
pub(crate) const BLOCKED: &str = "Blocked script execution in 'about:srcdoc'";

fn frame(page: &str, attributes: &str, loaded: &str) -> String {
    let quoted = page.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>frame</title>\
         <body style=\"margin:0\"><iframe id=\"frame\" title=\"page\" {attributes} srcdoc=\"{quoted}\"></iframe><script>\
         const frame = document.getElementById('frame');\
         frame.addEventListener('load', () => {{\
           const root = frame.contentDocument.documentElement;\
           {loaded}\
         }});</script></body></html>"
    )
}
