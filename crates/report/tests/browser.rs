//! The page in a browser, worked by keys alone. Skipped, with a line that says so, where there is no
//! Chromium; `PROOFHOUSE_CHROMIUM` names one that is not found by itself.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use proofhouse_report::{CheckReport, html_page};

/// Presses keys and writes down, a line each, what has become of the page.
const DRIVER: &str = r#"
<pre id="driven"></pre>
<script>
(() => {
  const lines = [];
  const say = (what) => lines.push(what);
  const press = (key) => document.activeElement.dispatchEvent(
    new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  const articles = Array.from(document.querySelectorAll("article.property"));
  const at = () => {
    const active = document.activeElement;
    return articles.includes(active) ? `property ${articles.indexOf(active)}` : active.id || active.tagName;
  };
  const filter = document.getElementById("filter");
  const type = (text) => { filter.value = text; filter.dispatchEvent(new Event("input")); };
  const shown = () => document.getElementById("shown").textContent;

  say(`start: ${shown()}`);
  press("k"); say(`k: ${at()} of ${articles.length}`);
  press("k"); press("j"); press("j"); say(`k j j: ${at()}`);
  for (const _ of articles) press("k");
  say(`k often: ${at()}`);
  press("/"); say(`/: ${at()}`);
  press("j"); say(`j while typing: ${at()}`);
  type("no property is called so"); say(`nothing fits: ${shown()}`);
  press("Escape"); say(`escape: ${at()}`);
  press("j"); say(`j without properties: ${at()}`);
  type(""); document.getElementById("failing").click(); say(`failing: ${shown()}`);
  press("j"); say(`first that fails: ${"fails" in document.querySelector(
    `[data-for="${document.activeElement.id}"]`).dataset}`);
  document.getElementById("failing").click();

  const theme = document.getElementById("theme");
  const colour = () => getComputedStyle(document.body).backgroundColor;
  const before = colour(); theme.click();
  say(`theme: ${before === colour() ? "the same" : "another"}`);
  theme.click(); say(`theme twice: ${before === colour() ? "the same" : "another"}`);

  const dead = Array.from(document.querySelectorAll("a, button, input, summary, article.property"))
    .filter((element) => element.offsetParent !== null && element.tabIndex < 0 && !articles.includes(element));
  say(`out of reach of Tab: ${dead.length}`);
  const wide = Array.from(document.body.querySelectorAll("*"))
    .filter((element) => element.getBoundingClientRect().right > innerWidth && !element.closest(".wide, pre"));
  say(`wider than the window: ${wide.map((element) => element.tagName + "." + element.className).join(" ")}`);
  document.getElementById("driven").textContent = `\n${lines.join("\n")}\n`;
})();
</script>
"#;

/// The browser's program, if there is one.
fn chromium() -> Option<OsString> {
    if let Some(named) = env::var_os("PROOFHOUSE_CHROMIUM") {
        return Some(named);
    }
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let runs = |name: &&str| {
        let mut command = Command::new(name);
        command.arg("--version").stdout(Stdio::null());
        command.stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    names.into_iter().find(runs).map(OsString::from)
}

/// What a page has become once its scripts have run.
fn opened(browser: &OsString, page: &Path, profile: &Path, width: u32) -> String {
    let output = Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-first-run",
        ])
        .args(["--disable-background-networking", "--disable-sync"])
        .arg("--dump-dom")
        .arg(format!("--window-size={width},900"))
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("file://{}", page.display()))
        .output()
        .expect("the browser can be started");
    String::from_utf8(output.stdout).expect("a page is text")
}

#[test]
fn the_page_can_be_used_without_a_mouse() {
    let Some(browser) = chromium() else {
        println!("skipped: no Chromium is installed");
        return;
    };
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/campaign.json");
    let json = fs::read_to_string(golden).expect("the report is there");
    let report = CheckReport::from_json(&json).expect("it is a report");
    let count = report.properties().count();
    let failing = json.matches("\"verdict\": \"refuted\"").count();
    assert!(count > failing && failing > 0, "{failing} of {count}");
    let page = html_page(&report, &[], &|_| None).replace("</body>", &format!("{DRIVER}</body>"));

    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("page.html");
    fs::write(&path, page).expect("it can be written");
    for width in [1400, 420] {
        let found = opened(&browser, &path, &folder.path().join("profile"), width);
        let said = found.split("<pre id=\"driven\">").nth(1);
        let said = said.and_then(|rest| rest.split("</pre>").next());
        let said = said.unwrap_or_else(|| panic!("the scripts did not run to their end: {found}"));
        let expected = format!(
            "start: {count} of {count}\n\
             k: property {last} of {count}\n\
             k j j: property {last}\n\
             k often: property 0\n\
             /: filter\n\
             j while typing: filter\n\
             nothing fits: 0 of {count}\n\
             escape: BODY\n\
             j without properties: BODY\n\
             failing: {failing} of {count}\n\
             first that fails: true\n\
             theme: another\n\
             theme twice: the same\n\
             out of reach of Tab: 0\n\
             wider than the window:",
            last = count - 1,
        );
        assert_eq!(said.trim(), expected, "at a width of {width}");
    }
}
