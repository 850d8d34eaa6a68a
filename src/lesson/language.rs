//! The languages of the lessons: each is a name in one line and a folder with its texts. Must not know what these say.

/// Gives a macro every language, English first: what it is called here, and its folder in `lessons`. A new one is added here.
macro_rules! in_each_language {
    ($then:ident $($arguments:tt)*) => { $then! { [En "en", Zh "zh"] $($arguments)* } };
}

/// The text of a file in each language, in the order of [`Language::ALL`]: `sources!("gil")`.
macro_rules! sources {
    ([$($name:ident $folder:literal),+] $file:literal) => {
        [$(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/lessons/", $folder, "/", $file, ".toml"))),+]
    };
    ($file:literal) => { $crate::lesson::language::in_each_language! { sources $file } };
}

macro_rules! languages {
    ([$first:ident $english:literal $(, $name:ident $folder:literal)*]) => {
        /// A language of the lessons.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Language {
            #[default]
            #[doc = concat!("That of `lessons/", $english, "`, from which the others are made.")]
            $first,
            $(#[doc = concat!("That of `lessons/", $folder, "`.")] $name,)*
        }

        impl Language {
            /// Every language, English first.
            pub const ALL: [Self; [$english $(, $folder)*].len()] = [Self::$first $(, Self::$name)*];

            /// Its code, which is the name of its folder.
            pub fn code(self) -> &'static str {
                match self {
                    Self::$first => $english,
                    $(Self::$name => $folder,)*
                }
            }
        }
    };
}

in_each_language! { languages }

pub(crate) use {in_each_language, sources};

/// The same text in each language, in the order of [`Language::ALL`].
pub(crate) type Sources = [&'static str; Language::ALL.len()];

impl Language {
    /// The language of that code or locale: `zh`, `zh_CN.UTF-8`.
    pub fn find(locale: &str) -> Option<Self> {
        let code = locale.split(['_', '-', '.', '@']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn languages_are_found_by_code_and_by_locale() {
        assert_eq!(Language::find("zh_CN.UTF-8"), Some(Language::Zh));
        assert_eq!(Language::find("EN"), Some(Language::En));
        assert_eq!(Language::find("fr_FR"), None);
    }

    #[test]
    fn a_text_stands_at_the_place_of_its_language() {
        let titles: Sources = sources!("gil");
        assert!(titles[Language::En as usize].contains("title = \"With"), "{}", titles[0]);
        assert!(titles[Language::Zh as usize].contains("全局锁"), "{}", titles[1]);
    }
}
