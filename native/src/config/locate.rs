//! Which `feature_store.yaml` is meant, by Feast's rules.

use std::path::{Path, PathBuf};

/// Names the file itself, where no option does.
pub const FILE_VARIABLE: &str = "FEAST_FS_YAML_FILE_PATH";
/// Names the folder of the feature repository, where no option does.
pub const FOLDER_VARIABLE: &str = "FEATURE_REPO_DIR_ENV_VAR";

/// A configuration file and the folder that its relative paths start from, which need not be its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigPath {
    /// The file.
    pub file: PathBuf,
    /// The feature repository: a file registry's relative path starts here.
    pub folder: PathBuf,
}

impl ConfigPath {
    /// `file` and `folder` are what the command line says (`-f`, `-c`), `current` the process's
    /// folder, and `variable` looks up the environment.
    #[must_use]
    pub fn locate(
        file: Option<&Path>,
        folder: Option<&Path>,
        current: &Path,
        variable: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let set = |name| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let folder = folder.map(Path::to_owned).or_else(|| set(FOLDER_VARIABLE)).unwrap_or_default();
        let folder = current.join(folder);
        let file = match file.map(Path::to_owned).or_else(|| set(FILE_VARIABLE)) {
            Some(file) => current.join(file),
            None => folder.join("feature_store.yaml"),
        };
        Self { file, folder }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn located(file: Option<&str>, folder: Option<&str>, variables: &[(&str, &str)]) -> (String, String) {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        let found =
            ConfigPath::locate(file.map(Path::new), folder.map(Path::new), Path::new("/cwd"), &variable);
        let shown = |path: PathBuf| path.to_string_lossy().trim_end_matches('/').to_owned();
        (shown(found.file), shown(found.folder))
    }

    #[test]
    fn options_come_before_variables_before_the_current_folder() {
        let both = [(FILE_VARIABLE, "var.yaml"), (FOLDER_VARIABLE, "/var")];
        for (file, folder, variables, expected) in [
            (None, None, &[][..], ("/cwd/feature_store.yaml", "/cwd")),
            (None, Some("repo"), &[], ("/cwd/repo/feature_store.yaml", "/cwd/repo")),
            (None, None, &both[1..], ("/var/feature_store.yaml", "/var")),
            (None, Some("/opt"), &both[1..], ("/opt/feature_store.yaml", "/opt")),
            (None, Some("/opt"), &both, ("/cwd/var.yaml", "/opt")),
            (Some("x/y.yaml"), Some("/opt"), &both, ("/cwd/x/y.yaml", "/opt")),
            (None, None, &[(FILE_VARIABLE, ""), (FOLDER_VARIABLE, "")], ("/cwd/feature_store.yaml", "/cwd")),
        ] {
            let expected = (expected.0.to_owned(), expected.1.to_owned());
            assert_eq!(located(file, folder, variables), expected, "{file:?} {folder:?} {variables:?}");
        }
    }
}
