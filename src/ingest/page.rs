//! From the bytes of one record to a dump: character set, kind of text, address, site, what was mended.

use super::charset::{self, Hints};
use super::{Incoming, sniff};
use crate::config::IngestConfig;
use crate::error::{Error, Reject, Severity};
use crate::model::{Dump, Media, Meta, Origin, sha256_hex};
use encoding_rs::Encoding;
use serde_json::value::RawValue;

/// What all records of a run have in common.
#[derive(Clone)]
pub(super) struct Settings {
    pub config: IngestConfig,
    pub charset: Option<&'static Encoding>,
}

impl Settings {
    pub fn new(config: &IngestConfig) -> Result<Settings, Error> {
        let charset = match &config.charset {
            None => None,
            Some(label) => {
                let found = charset::named(label);
                Some(found.ok_or_else(|| {
                    Error::Config(format!("character set `{label}`: not one that is known, try `gb18030`"))
                })?)
            }
        };
        Ok(Settings { config: config.clone(), charset })
    }

    /// It belongs to the share that was asked for.
    pub fn takes(&self, incoming: &Incoming) -> bool {
        let Some((share, of)) = self.config.shard else { return true };
        let origin = match incoming {
            Incoming::Dump(dump) => &dump.origin,
            Incoming::Reject(reject) => &reject.origin,
        };
        // By place, not by count: each machine decides for itself, and the shares together are the whole.
        let place =
            [origin.path.as_bytes(), &origin.offset.to_le_bytes(), &origin.record.unwrap_or_default().to_le_bytes()]
                .concat();
        xxhash_rust::xxh3::xxh3_64(&place) % u64::from(of.max(1)) + 1 == u64::from(share)
    }

    /// Largest dump, bytes, as a count in memory.
    pub fn max_dump(&self) -> usize {
        usize::try_from(self.config.max_dump_bytes).unwrap_or(usize::MAX)
    }
}

/// What a container says of the record it holds.
#[derive(Default)]
pub(super) struct Told {
    pub url: Option<String>,
    pub site: Option<String>,
    /// Character set of the HTTP header.
    pub charset: Option<String>,
    /// None: by the look of the body.
    pub media: Option<Media>,
    pub meta: Meta,
    pub flags: Vec<String>,
    pub extra: Option<Box<RawValue>>,
    /// SHA-256 of the stored record, where that is not the body.
    pub sha256: Option<String>,
}

/// The dump whose body is `bytes`; none when they are no text.
pub(super) fn of_bytes(bytes: Vec<u8>, origin: Origin, mut told: Told, settings: &Settings) -> Option<Dump> {
    told.sha256.get_or_insert_with(|| sha256_hex(&bytes));
    let url = told.url.clone().or_else(|| settings.config.url.clone());
    let host = url.as_deref().and_then(host);
    let tld = host.as_deref().and_then(|h| h.rsplit('.').next());
    let hints = Hints { given: settings.charset, declared: told.charset.as_deref(), tld };
    let decoded = charset::decode(bytes, hints)?;
    Some(of_text(decoded.body, decoded.charset.name(), origin, told, settings))
}

/// The dump whose body is `body`.
pub(super) fn of_text(body: String, charset: &str, origin: Origin, told: Told, settings: &Settings) -> Dump {
    let config = &settings.config;
    let url = told.url.or_else(|| config.url.clone());
    let given = config.site.clone().or(told.site);
    let site = given.or_else(|| url.as_deref().and_then(site_of));
    let media = told.media.unwrap_or(if sniff::is_html(&body) { Media::Html } else { Media::Text });
    let mut flags = told.flags;
    let replaced = body.matches('\u{fffd}').count();
    if replaced > 0 {
        flags.push(format!("replacement-characters:{replaced}"));
    }
    let sha256 = told.sha256.unwrap_or_else(|| sha256_hex(body.as_bytes()));
    let charset = charset.to_string();
    Dump { origin, url, site, media, charset, body, sha256, declared: told.meta, flags, extra: told.extra }
}

/// The site of an address: the domain that was registered (`example.co.uk`), or the host where there is none.
pub fn site_of(url: &str) -> Option<String> {
    let host = host(url)?;
    let registered = match host.parse::<std::net::IpAddr>().is_ok() || host.starts_with('[') {
        true => None,
        false => psl::domain_str(host.trim_end_matches('.')).map(str::to_string),
    };
    Some(registered.unwrap_or(host))
}

/// Host of an address, in lower case and Punycode. An address without a scheme is taken for http.
fn host(url: &str) -> Option<String> {
    let parsed = url::Url::parse(url).ok().filter(url::Url::has_host);
    let parsed = parsed.or_else(|| url::Url::parse(&format!("http://{}", url.trim_start_matches("//"))).ok())?;
    parsed.host_str().filter(|h| h.contains(['.', ':'])).map(str::to_string)
}

/// A record that holds no text.
pub(super) fn not_text(origin: Origin, bytes: (u64, u64), found: &str, severity: Severity) -> Reject {
    Reject {
        origin,
        bytes: Some(bytes),
        layer: "charset",
        code: "not-text",
        severity,
        message: format!("{found}, expected text or HTML"),
        hint: "extract its text first, or leave it out with --exclude".to_string(),
    }
}

/// A record that is larger than the configuration allows.
pub(super) fn too_large(origin: Origin, bytes: (u64, u64), layer: &'static str, settings: &Settings) -> Reject {
    Reject {
        origin,
        bytes: Some(bytes),
        layer,
        code: "too-large",
        severity: Severity::Lost,
        message: format!("larger than {} bytes", settings.config.max_dump_bytes),
        hint: "raise max_dump_bytes, or --memory, if there is memory for it".to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_site_is_the_domain_that_was_registered() {
        let site = |url| site_of(url);
        assert_eq!(site("https://www.news.example.co.uk/a?b").as_deref(), Some("example.co.uk"));
        assert_eq!(site("http://EXAMPLE.com:8080/").as_deref(), Some("example.com"));
        assert_eq!(site("//cdn.example.org/x").as_deref(), Some("example.org"));
        assert_eq!(site("http://192.0.2.7/x").as_deref(), Some("192.0.2.7"));
        assert_eq!(site("nonsense"), None);
        assert_eq!(site(""), None);
    }
}
