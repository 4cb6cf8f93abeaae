//! A real Chromium, driven through chromedriver.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use serde_json::{Value, json};

/// How long a page may take to show what it should.
const PATIENCE: Duration = Duration::from_secs(180);

/// Sizes of windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    Desktop,
    Phone,
}

impl Screen {
    /// Width and height in CSS pixels.
    pub fn size(self) -> (u32, u32) {
        match self {
            Screen::Desktop => (1280, 800),
            Screen::Phone => (390, 844),
        }
    }

    /// What the names of its pictures end in.
    pub fn suffix(self) -> &'static str {
        match self {
            Screen::Desktop => "",
            Screen::Phone => "-phone",
        }
    }
}

/// chromedriver, which ends with this process.
struct Driver {
    url: String,
    _child: Child,
}

/// Whether this machine has a browser; where it has none, see [`super::missing`].
pub fn here() -> bool {
    let found = driver().is_some();
    if !found {
        super::missing(
            "no browser here (Debian: chromium, chromium-driver), the pages are not tested",
        );
    }
    found
}

fn driver() -> Option<&'static Driver> {
    static DRIVER: OnceLock<Option<Driver>> = OnceLock::new();
    DRIVER.get_or_init(launch).as_ref()
}

fn launch() -> Option<Driver> {
    // A shell waits on our pipe and ends the driver when it closes: with this process, however that ends.
    let script = "command -v chromium >/dev/null && command -v chromedriver >/dev/null || exit 1
        chromedriver --port=0 <&- & driver=$!; read _; kill $driver";
    let mut child = Command::new("/bin/sh")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut lines = BufReader::new(child.stdout.take()?)
        .lines()
        .map_while(Result::ok);
    let port = lines.find_map(|line| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim().trim_end_matches('.').parse::<u16>().ok()
    })?;
    std::thread::spawn(move || lines.for_each(drop));
    Some(Driver {
        url: format!("http://127.0.0.1:{port}"),
        _child: child,
    })
}

/// A browser window with nothing remembered: one person.
pub struct Page {
    client: Client,
    session: String,
    screen: Screen,
    host: String,
}

impl Page {
    /// Opens `base` + `path`.
    pub async fn open(base: &str, path: &str, screen: Screen) -> Page {
        let (width, height) = screen.size();
        let mut options = json!({
            "args": [
                "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                "--disable-background-networking", "--disable-component-update", "--no-first-run", "--lang=zh-CN",
                "--force-prefers-reduced-motion", format!("--window-size={width},{height}"),
            ],
            "perfLoggingPrefs": {"enableNetwork": true},
        });
        if screen == Screen::Phone {
            options["mobileEmulation"] = json!({
                "deviceMetrics": {"width": width, "height": height, "pixelRatio": 1.0, "touch": true, "mobile": true}
            });
        }
        let capabilities = json!({
            "browserName": "chrome",
            "goog:chromeOptions": options,
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        });
        let capabilities = capabilities.as_object().expect("an object").clone();
        let client = ClientBuilder::rustls()
            .expect("TLS")
            .capabilities(capabilities)
            .connect(&driver().expect("here() said so").url)
            .await
            .expect("a browser");
        let session = client
            .session_id()
            .await
            .expect("asked")
            .expect("a session");
        let page = Page {
            client,
            session,
            screen,
            host: base.to_owned(),
        };
        if screen == Screen::Desktop {
            // The window has a frame; what is drawn in it shall have the size.
            let inner = page.run("return [innerWidth, innerHeight]").await;
            let missing = |at: usize, wanted: u32| {
                wanted + wanted.saturating_sub(inner[at].as_u64().unwrap_or(0) as u32)
            };
            let (width, height) = (missing(0, width), missing(1, height));
            page.client
                .set_window_size(width, height)
                .await
                .expect("resized");
        }
        page.goto(path).await;
        page
    }

    /// Goes to another path of the host.
    pub async fn goto(&self, path: &str) {
        let url = format!("{}{path}", self.host);
        self.client.goto(&url).await.expect("the page opens");
    }

    /// Runs a script.
    pub async fn run(&self, script: &str) -> Value {
        let ran = self.client.execute(script, Vec::new()).await;
        ran.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Waits until an expression holds; gives its value.
    pub async fn until(&self, expression: &str) -> Value {
        let script = format!("return ({expression}) || null");
        let deadline = Instant::now() + PATIENCE;
        loop {
            let value = self.run(&script).await;
            if !value.is_null() {
                return value;
            }
            if Instant::now() > deadline {
                let text = self.run("return document.body.innerText").await;
                let said = self.log("browser").await;
                panic!(
                    "never: {expression}\n{}\n{said:#?}",
                    text.as_str().unwrap_or_default()
                );
            }
        }
    }

    /// Waits until the page shows this text.
    pub async fn sees(&self, text: &str) {
        let text = serde_json::to_string(text).expect("text");
        self.until(&format!("document.body.innerText.includes({text})"))
            .await;
    }

    /// Waits for an element that a person can see.
    pub async fn find(&self, css: &str) -> Element {
        let quoted = json!(css);
        let deadline = Instant::now() + PATIENCE;
        loop {
            self.until(&format!(
                "[...document.querySelectorAll({quoted})].some((node) => node.checkVisibility() && !node.disabled)"
            ))
            .await;
            for element in self
                .client
                .find_all(Locator::Css(css))
                .await
                .expect("asked")
            {
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
            }
            // Drawn anew between the two looks.
            assert!(Instant::now() < deadline, "{css} does not stay");
        }
    }

    /// Presses an element.
    pub async fn press(&self, css: &str) {
        let deadline = Instant::now() + PATIENCE;
        while let Err(error) = self.find(css).await.click().await {
            assert!(Instant::now() < deadline, "{css}: {error}");
        }
    }

    /// Presses the button, or follows the link, that reads so.
    pub async fn press_text(&self, within: &str, text: &str) {
        let expression = format!(
            "[...document.querySelectorAll({})].find((node) => node.checkVisibility() && !node.disabled && node.innerText.includes({}))",
            json!(format!("{within} :is(button, a, summary)")),
            json!(text)
        );
        self.until(&format!("Boolean({expression})")).await;
        self.run(&format!("({expression}).click()")).await;
    }

    /// Types into an element.
    pub async fn keys(&self, css: &str, text: &str) {
        let element = self.find(css).await;
        element
            .send_keys(text)
            .await
            .unwrap_or_else(|error| panic!("{css}: {error}"));
    }

    /// Presses keys together, wherever the focus is: all down, then up again.
    pub async fn chord(&self, keys: &[char]) {
        let down = keys.iter().map(|&value| KeyAction::Down { value });
        let up = keys.iter().rev().map(|&value| KeyAction::Up { value });
        self.act(down.chain(up)).await;
    }

    /// Presses keys one after the other, wherever the focus is.
    pub async fn types(&self, keys: &str) {
        let each = |value| [KeyAction::Down { value }, KeyAction::Up { value }];
        self.act(keys.chars().flat_map(each)).await;
    }

    async fn act(&self, actions: impl Iterator<Item = KeyAction>) {
        let keys = actions.fold(KeyActions::new("keys".into()), KeyActions::then);
        let pressed = self.client.perform_actions(keys).await;
        pressed.expect("the keys are pressed");
    }

    /// Shows the page as those see it who want it dark.
    pub async fn darken(&self) {
        let driver = &driver().expect("here() said so").url;
        let url = format!("{driver}/session/{}/goog/cdp/execute", self.session);
        let features = json!([{"name": "prefers-color-scheme", "value": "dark"}]);
        let order = json!({"cmd": "Emulation.setEmulatedMedia", "params": {"features": features}});
        let asked = reqwest::Client::new().post(url).json(&order);
        let status = asked.send().await.expect("an answer").status();
        assert!(status.is_success(), "{status}");
        self.until("matchMedia('(prefers-color-scheme: dark)').matches")
            .await;
    }

    /// The value of a field.
    pub async fn value(&self, css: &str) -> String {
        let value = self.find(css).await.prop("value").await.expect("asked");
        value.unwrap_or_default()
    }

    /// A second, or as long as the machine takes for what should be done in one: so many looks at a page.
    pub async fn a_second(&self) -> Duration {
        let started = Instant::now();
        self.run("return 1").await;
        Duration::from_secs(1).max(started.elapsed() * 30)
    }

    /// Saves a picture as `<name>.png`, or `<name>-phone.png`, where `ZHIKE_PICTURES` names a folder.
    pub async fn picture(&self, name: &str) {
        if let Some(folder) = std::env::var_os("ZHIKE_PICTURES") {
            let picture = self.client.screenshot().await.expect("a picture");
            let path = Path::new(&folder).join(format!("{name}{}.png", self.screen.suffix()));
            std::fs::write(path, picture).expect("written");
        }
    }

    /// What the browser logged so far was meant to happen: it logs every refused request as an error.
    pub async fn forgive(&self) {
        self.log("browser").await;
    }

    /// What the driver logged of a kind since it was last asked.
    async fn log(&self, kind: &str) -> Vec<Value> {
        let driver = &driver().expect("here() said so").url;
        let url = format!("{driver}/session/{}/se/log", self.session);
        let asked = reqwest::Client::new()
            .post(url)
            .json(&json!({"type": kind}));
        let body: Value = asked
            .send()
            .await
            .expect("a log")
            .json()
            .await
            .expect("JSON");
        body["value"].as_array().cloned().unwrap_or_default()
    }

    /// Closes the window. Fails where the page complained in the console, asked another host for anything, ran
    /// planted markup, or is wider than the screen.
    pub async fn close(self) {
        let wide = self
            .run("return document.documentElement.scrollWidth - innerWidth")
            .await;
        assert!(
            wide.as_i64().unwrap_or(0) <= 1,
            "the page is {wide} px too wide"
        );
        assert_eq!(self.run("return window.xss ?? null").await, Value::Null);
        let said: Vec<Value> = self
            .log("browser")
            .await
            .into_iter()
            .filter(|line| line["level"] == "SEVERE" || line["level"] == "WARNING")
            .collect();
        assert!(said.is_empty(), "the console says {said:#?}");
        for line in self.log("performance").await {
            let event: Value = line["message"]
                .as_str()
                .and_then(|text| serde_json::from_str(text).ok())
                .unwrap_or_default();
            let event = &event["message"];
            if event["method"] == "Network.requestWillBeSent" {
                let url = event["params"]["request"]["url"]
                    .as_str()
                    .unwrap_or_default();
                let own = url.starts_with(&self.host) || url.starts_with("data:");
                assert!(own, "the page asked for {url}");
            }
        }
        self.client.close().await.expect("closed");
    }
}
