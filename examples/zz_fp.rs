use dateline::{clean::notices::Notices, lang::Languages, model::Dump, parse::text};
use std::io::BufRead;
fn main() {
    let n = Notices::new(&Languages::builtin()).unwrap();
    let mut bytes = 0;
    let mut t = std::time::Duration::ZERO;
    let mut k = 0;
    for l in std::io::stdin().lock().lines() {
        let v: serde_json::Value = serde_json::from_str(&l.unwrap()).unwrap();
        let d = text::document(Dump { body: v["text"].as_str().unwrap().to_string(), ..Default::default() });
        let s = std::time::Instant::now();
        let r = n.judge(&d);
        k += 1;
        if k > 20 {
            t += s.elapsed();
            bytes += d.text.len();
        }
        for i in 0..r.len() {
            if let Some(x) = &r[i] {
                println!(
                    "{}\t{x}\t{}",
                    v["id"].as_str().unwrap(),
                    d.block_text(i).chars().take(150).collect::<String>()
                );
            }
        }
    }
    eprintln!("{bytes} bytes {t:?} {:.1} MB/s", bytes as f64 / t.as_secs_f64() / 1e6);
}
