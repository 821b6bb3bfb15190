//! Where the thumbnails of a source go.
//!
//! A thumbnail's key depends on its source's key alone, so that the API, a backfill and a removal can
//! compute it without looking at a byte. Two sources never share one: every template that is accepted
//! can be read backwards, from the thumbnail's key to the folder, the name and the rendition.

use crate::Key;
use serde::Deserialize;
use std::fmt;
use std::str::FromStr;

/// How the keys of thumbnails are made, such as `{folder}{rendition}-{name}`.
///
/// | placeholder | is |
/// |---|---|
/// | `{folder}` | all up to the last slash, that slash included; empty at the top of the bucket |
/// | `{name}` | the file name |
/// | `{stem}` | the file name up to its last dot |
/// | `{extension}` | the file name from its last dot on, the dot included; empty where there is none |
/// | `{rendition}` | the name of the rendition, `thumbnail` for the main one |
///
/// Accepted is what can be read backwards. `{folder}` comes before one `{name}`, or before one `{stem}`
/// and later one `{extension}` with no dot and no slash in the text behind `{stem}`. `{rendition}` is
/// fenced from whatever varies beside it by a character that no rendition's name holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTemplate(Vec<Piece>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Folder,
    Name,
    Stem,
    Extension,
    Rendition,
}

/// Why a template is refused, and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// There is a brace that belongs to no placeholder.
    #[error(
        "the placeholders are {{folder}}, {{name}}, {{stem}}, {{extension}} and {{rendition}}; {found:?} is none of them"
    )]
    UnknownPlaceholder {
        /// What stands between the braces, or the rest of the template after a lone one.
        found: String,
    },
    /// Sources could share a thumbnail, for what makes them different is not in its key.
    #[error(
        "two sources could share a thumbnail: write {{folder}} once, and after it either {{name}} once, or {{stem}} once and later {{extension}} once, with no dot and no slash of your own behind {{stem}} ({{extension}} brings its dot along)"
    )]
    Ambiguous,
    /// The rendition could not be told from what stands beside it.
    #[error(
        "two renditions could share a key: write {{rendition}} at most once, not behind {{extension}}, and between it and the file name or the folder a character such as - or / (not a to z, not 0 to 9)"
    )]
    RenditionNotFenced,
    /// There are several renditions, and they would be written to the same key.
    #[error(
        "there is more than one rendition: the template needs {{rendition}} to keep them apart"
    )]
    RenditionMissing,
}

impl FromStr for KeyTemplate {
    type Err = TemplateError;

    fn from_str(template: &str) -> Result<Self, TemplateError> {
        let pieces = parse(template)?;
        if !names_every_source(&pieces) {
            return Err(TemplateError::Ambiguous);
        }
        if !fences_the_rendition(&pieces) {
            return Err(TemplateError::RenditionNotFenced);
        }
        Ok(Self(pieces))
    }
}

impl Default for KeyTemplate {
    fn default() -> Self {
        Self(vec![
            Piece::Folder,
            Piece::Rendition,
            Piece::Text("-".to_owned()),
            Piece::Name,
        ])
    }
}

fn parse(template: &str) -> Result<Vec<Piece>, TemplateError> {
    let mut pieces = Vec::new();
    let mut rest = template;
    while !rest.is_empty() {
        let text = rest.find(['{', '}']).unwrap_or(rest.len());
        if text > 0 {
            pieces.push(Piece::Text(rest[..text].to_owned()));
            rest = &rest[text..];
            continue;
        }
        let (piece, length) = [
            ("{folder}", Piece::Folder),
            ("{name}", Piece::Name),
            ("{stem}", Piece::Stem),
            ("{extension}", Piece::Extension),
            ("{rendition}", Piece::Rendition),
        ]
        .into_iter()
        .find(|(placeholder, _)| rest.starts_with(placeholder))
        .map(|(placeholder, piece)| (piece, placeholder.len()))
        .ok_or_else(|| TemplateError::UnknownPlaceholder {
            found: rest[..rest.find('}').map_or(rest.len(), |end| end + 1)].to_owned(),
        })?;
        pieces.push(piece);
        rest = &rest[length..];
    }
    Ok(pieces)
}

/// Whether the folder and the file name can be read back from the key.
fn names_every_source(pieces: &[Piece]) -> bool {
    let varying: Vec<_> = pieces
        .iter()
        .filter(|piece| !matches!(piece, Piece::Text(_) | Piece::Rendition))
        .collect();
    match varying[..] {
        [Piece::Folder, Piece::Name] => true,
        [Piece::Folder, Piece::Stem, Piece::Extension] => pieces
            .iter()
            .skip_while(|piece| **piece != Piece::Stem)
            .all(|piece| !matches!(piece, Piece::Text(text) if text.contains(['.', '/']))),
        _ => false,
    }
}

/// Whether the rendition can be read back from the key. It holds `a` to `z` and `0` to `9` alone, so a
/// single other character ends it. Behind the extension, which may be empty, nothing would.
fn fences_the_rendition(pieces: &[Piece]) -> bool {
    let Some(at) = pieces.iter().position(|piece| *piece == Piece::Rendition) else {
        return true;
    };
    let (before, after) = (&pieces[..at], &pieces[at + 1..]);
    let file = |pieces: &[Piece]| {
        pieces
            .iter()
            .any(|piece| matches!(piece, Piece::Name | Piece::Stem))
    };
    let fenced = if file(before) {
        matches!(before.last(), Some(Piece::Text(text)) if !text.ends_with(is_of_a_rendition))
    } else {
        matches!(after.first(), Some(Piece::Text(text)) if !text.starts_with(is_of_a_rendition))
    };
    fenced && !before.contains(&Piece::Extension) && !after.contains(&Piece::Rendition)
}

fn is_of_a_rendition(letter: char) -> bool {
    letter.is_ascii_lowercase() || letter.is_ascii_digit()
}

/// The name of one of the sizes that are made from a source: `a` to `z` and `0` to `9`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(try_from = "String")]
pub struct RenditionName(String);

/// The text is not the name of a rendition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a rendition is named by letters a to z and digits, such as large or 800, not {name:?}")]
pub struct RenditionNameError {
    name: String,
}

impl FromStr for RenditionName {
    type Err = RenditionNameError;

    fn from_str(name: &str) -> Result<Self, RenditionNameError> {
        if !name.is_empty() && name.chars().all(is_of_a_rendition) {
            Ok(Self(name.to_owned()))
        } else {
            let name = name.to_owned();
            Err(RenditionNameError { name })
        }
    }
}

impl TryFrom<String> for RenditionName {
    type Error = RenditionNameError;

    fn try_from(name: String) -> Result<Self, RenditionNameError> {
        name.parse()
    }
}

impl fmt::Display for RenditionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The rule by which every rendition of every source gets its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Naming {
    template: KeyTemplate,
    renditions: Vec<RenditionName>,
}

/// What Terraform sets unless told otherwise: the default template, and the main rendition alone.
impl Default for Naming {
    fn default() -> Self {
        Self {
            template: KeyTemplate::default(),
            renditions: vec![RenditionName("thumbnail".to_owned())],
        }
    }
}

/// The thumbnail of this source can't have a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NamingError {
    /// The source is the marker of a folder.
    #[error(
        "{key:?} ends in a slash: it marks a folder and is no picture; give a file in it a name"
    )]
    Folder {
        /// The key of the source.
        key: Key,
    },
    /// S3 would not take the thumbnail's key.
    #[error(
        "the thumbnail's key would have {bytes} bytes and S3 allows {}: give the source a shorter name",
        Key::MAX_BYTES
    )]
    TooLong {
        /// The length that the thumbnail's key would have.
        bytes: usize,
    },
}

impl Naming {
    /// Brings the template and the renditions together.
    pub fn new(
        template: KeyTemplate,
        renditions: Vec<RenditionName>,
    ) -> Result<Self, TemplateError> {
        if renditions.len() > 1 && !template.0.contains(&Piece::Rendition) {
            return Err(TemplateError::RenditionMissing);
        }
        Ok(Self {
            template,
            renditions,
        })
    }

    /// The keys of a source's thumbnails, in the order of the renditions.
    pub fn thumbnail_keys(&self, source: &Key) -> Result<Vec<Key>, NamingError> {
        if source.is_folder() {
            let key = source.clone();
            return Err(NamingError::Folder { key });
        }
        self.renditions
            .iter()
            .map(|rendition| self.thumbnail_key(source, rendition))
            .collect()
    }

    fn thumbnail_key(&self, source: &Key, rendition: &RenditionName) -> Result<Key, NamingError> {
        let key: String = self
            .template
            .0
            .iter()
            .map(|piece| match piece {
                Piece::Text(text) => text,
                Piece::Folder => source.folder(),
                Piece::Name => source.name(),
                Piece::Stem => source.stem(),
                Piece::Extension => source.extension(),
                Piece::Rendition => &rendition.0,
            })
            .collect();
        let bytes = key.len();
        Key::new(key).map_err(|_| NamingError::TooLong { bytes })
    }
}

#[cfg(test)]
mod tests;
