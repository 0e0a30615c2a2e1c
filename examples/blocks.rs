use dateline::{config::ParseConfig, lang::Languages, model::*, parse::Parser};
use std::io::{BufRead, Write};
fn main() {
    let p = Parser::new(&Languages::builtin(), &ParseConfig::default());
    let mut out = std::io::BufWriter::new(std::io::stdout());
    for l in std::io::stdin().lock().lines() {
        let v: serde_json::Value = serde_json::from_str(&l.unwrap()).unwrap();
        let d = Dump {
            body: v["html"].as_str().unwrap().into(),
            url: v["url"].as_str().map(Into::into),
            media: Media::Html,
            ..Dump::default()
        };
        let d = p.document(d);
        let b: Vec<_> = d
            .blocks
            .iter()
            .enumerate()
            .map(|(i, b)| serde_json::json!([b.kind.name(), b.level, b.path, b.linked, d.block_text(i), b.continues]))
            .collect();
        serde_json::to_writer(&mut out, &serde_json::json!({"id": v["id"], "blocks": b, "lang": d.language, "flags": d.flags, "meta": {"title": d.meta.title, "author": d.meta.byline, "date": d.meta.published.as_ref().map(|p| p.date.to_string()), "basis": d.meta.published.as_ref().map(|p| p.basis.clone())}})).unwrap();
        out.write_all(b"\n").unwrap();
    }
}
