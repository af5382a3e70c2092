//! Has the viewer's site, which `cargo xtask web` builds into web/dist, embedded anew when it has changed.

fn main() {
    let site = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/dist");
    // Cargo runs a script that watches what does not exist every time; where it cannot be made, so be it.
    drop(std::fs::create_dir_all(&site));
    println!("cargo::rerun-if-changed={}", site.display());
}
