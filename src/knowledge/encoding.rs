//! Decodes the encodings in which Chinese merchants' programs save text: UTF-8 with or without BOM, UTF-16 and GB18030
//! (which includes GBK and GB2312).

use std::borrow::Cow;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_16BE, UTF_16LE};
use thiserror::Error;

/// Why a file's bytes are not a text.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum EncodingError {
    /// UTF-8 with damaged bytes. They would decode as GB18030, but to nonsense.
    #[error("the text is UTF-8 but byte {byte} is damaged")]
    DamagedUtf8 {
        /// 0-based offset of the first bad byte.
        byte: usize,
        /// 1-based line of that byte.
        line: u32,
    },
    /// UTF-8 with a zero byte, which no text has.
    #[error("the text is UTF-8 but a zero byte stands at byte {byte}")]
    ZeroByte {
        /// 0-based offset of the first zero byte.
        byte: usize,
        /// 1-based line of that byte.
        line: u32,
    },
    /// A file of another kind with the name of a text file.
    #[error("the file is {what} by its first bytes, not a text")]
    Binary {
        /// The kind of file.
        what: &'static str,
    },
    /// UTF-16 with half a character.
    #[error("the text is UTF-16 but half a character stands at byte {byte}")]
    DamagedUtf16 {
        /// 0-based offset.
        byte: usize,
        /// 1-based line.
        line: u32,
    },
    /// No encoding fits.
    #[error("the text is neither UTF-8, UTF-16 nor GB18030 (byte {byte} fits none)")]
    Unknown {
        /// 0-based offset of the first byte that does not fit.
        byte: usize,
        /// 1-based line.
        line: u32,
    },
}

impl EncodingError {
    /// The 1-based line of the first bad byte.
    pub fn line(&self) -> u32 {
        match self {
            Self::Binary { .. } => 1,
            Self::DamagedUtf8 { line, .. }
            | Self::ZeroByte { line, .. }
            | Self::DamagedUtf16 { line, .. }
            | Self::Unknown { line, .. } => *line,
        }
    }
}

/// The encoding of a text; `marked` if a byte-order mark begins it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    Utf8 { marked: bool },
    Utf16 { little: bool, marked: bool },
    Gb18030,
}

impl Form {
    /// The bytes of a text in this encoding.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        match self {
            Form::Utf8 { marked: false } => text.as_bytes().to_vec(),
            Form::Utf8 { marked: true } => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
            Form::Utf16 { little, marked } => {
                let pair = |unit: u16| {
                    if little {
                        unit.to_le_bytes()
                    } else {
                        unit.to_be_bytes()
                    }
                };
                let mark = marked.then_some(0xFEFF);
                mark.into_iter()
                    .chain(text.encode_utf16())
                    .flat_map(pair)
                    .collect()
            }
            Form::Gb18030 => GB18030.encode(text).0.into_owned(),
        }
    }
}

/// The text of a file, without its byte-order mark.
///
/// # Errors
/// If no encoding fits the bytes. A guess would show garbled words to buyers.
pub fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, EncodingError> {
    decode_form(bytes).map(|(_, text)| text)
}

type Decoded<'b> = Result<(Form, Cow<'b, str>), EncodingError>;

/// Like [`decode`], with the encoding.
pub(crate) fn decode_form(bytes: &[u8]) -> Decoded<'_> {
    if let Some((_, what)) = BINARY.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Err(EncodingError::Binary { what });
    }
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => match std::str::from_utf8(rest) {
            Ok(text) => Ok((Form::Utf8 { marked: true }, text.into())),
            Err(error) => {
                let byte = error.valid_up_to();
                Err(EncodingError::DamagedUtf8 {
                    byte: byte + 3,
                    line: line_of(rest, byte),
                })
            }
        },
        [0xFF, 0xFE, rest @ ..] => decode_utf16(rest, true, true),
        [0xFE, 0xFF, rest @ ..] => decode_utf16(rest, false, true),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => Ok((Form::Utf8 { marked: false }, text.into())),
            _ => decode_unmarked(bytes),
        },
    }
}

/// First bytes of files that are saved with the name of a text file by mistake.
const BINARY: &[(&[u8], &str)] = &[
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xFF\xD8\xFF", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a workbook or another zip archive"),
    (b"\xD0\xCF\x11\xE0", "an old Office document"),
];

/// Decodes bytes without a BOM that are not clean UTF-8.
fn decode_unmarked(bytes: &[u8]) -> Decoded<'_> {
    // Only UTF-16 texts have zero bytes: the upper halves of commas, digits and line ends.
    let (mut even, mut odd) = (0usize, 0usize);
    for (at, _) in bytes.iter().enumerate().filter(|(_, byte)| **byte == 0) {
        if at % 2 == 0 { even += 1 } else { odd += 1 }
    }
    // In a UTF-16 text that is also valid UTF-8, every character is ASCII and has a zero byte.
    const UTF16_SHARE: f64 = 0.4;
    let zeros = (even + odd) as f64;
    if zeros > 0.0
        && zeros < UTF16_SHARE * bytes.len() as f64
        && std::str::from_utf8(bytes).is_ok()
        && let Some(byte) = bytes.iter().position(|byte| *byte == 0)
    {
        return Err(EncodingError::ZeroByte {
            byte,
            line: line_of(bytes, byte),
        });
    }
    if zeros > 0.0 {
        return decode_utf16(bytes, odd >= even, false);
    }
    if let Some(byte) = damaged_utf8(bytes) {
        return Err(EncodingError::DamagedUtf8 {
            byte,
            line: line_of(bytes, byte),
        });
    }
    decode_gb18030(bytes)
}

/// The first bad byte of a text in which nine of ten non-ASCII bytes are valid UTF-8. GB18030 accepts almost any pair
/// of bytes, so one damaged byte would otherwise turn the whole file into other characters.
fn damaged_utf8(bytes: &[u8]) -> Option<usize> {
    let (mut good, mut bad, mut at, mut first) = (0usize, 0usize, 0usize, None);
    for chunk in bytes.utf8_chunks() {
        good += chunk
            .valid()
            .bytes()
            .filter(|byte| !byte.is_ascii())
            .count();
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            first = first.or(Some(at));
            bad += chunk.invalid().len();
            at += chunk.invalid().len();
        }
    }
    first.filter(|_| good > 9 * bad)
}

fn decode_utf16(bytes: &[u8], little: bool, marked: bool) -> Decoded<'static> {
    let encoding = match little {
        true => UTF_16LE,
        false => UTF_16BE,
    };
    match decode_strictly(encoding, bytes) {
        Ok(text) => Ok((Form::Utf16 { little, marked }, text.into())),
        Err((byte, line)) => Err(EncodingError::DamagedUtf16 {
            byte: byte + 2 * usize::from(marked),
            line,
        }),
    }
}

fn decode_gb18030(bytes: &[u8]) -> Decoded<'static> {
    let text = decode_strictly(GB18030, bytes)
        .map_err(|(byte, line)| EncodingError::Unknown { byte, line })?;
    match rare_pair(bytes) {
        Some(byte) => Err(EncodingError::Unknown {
            byte,
            line: line_of(bytes, byte),
        }),
        None => Ok((Form::Gb18030, text.into())),
    }
}

/// The first pair of bytes outside everyday Chinese, if less than six of ten pairs are everyday Chinese (GB2312 symbols
/// and its 3755 common characters, leads A1–D7 with trails from A1). In Chinese prose more than nine of ten are. Big5
/// and Latin text also decode as GB18030, but to other characters.
fn rare_pair(bytes: &[u8]) -> Option<usize> {
    let (mut pairs, mut common, mut first, mut at) = (0usize, 0usize, None, 0);
    while at < bytes.len() {
        let (lead, trail) = (bytes[at], bytes.get(at + 1).copied().unwrap_or(0));
        match (lead, trail) {
            (0..=0x80, _) => at += 1,
            (_, b'0'..=b'9') => at += 4, // a four-byte character (emoji): no evidence either way
            _ => {
                pairs += 1;
                if (0xA1..=0xD7).contains(&lead) && trail >= 0xA1 {
                    common += 1;
                } else {
                    first = first.or(Some(at));
                }
                at += 2;
            }
        }
    }
    first.filter(|_| common * 10 < pairs * 6)
}

/// Decodes everything, or returns the byte and line of the first fault.
fn decode_strictly(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, (usize, u32)> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut text = String::with_capacity(
        decoder
            .max_utf8_buffer_length(bytes.len())
            .unwrap_or(bytes.len()),
    );
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut text, true);
    match result {
        DecoderResult::InputEmpty => {
            text.shrink_to_fit();
            Ok(text)
        }
        DecoderResult::Malformed(length, after) => {
            let byte = read.saturating_sub(usize::from(length) + usize::from(after));
            Err((byte, line_number(text.matches('\n').count())))
        }
        DecoderResult::OutputFull => Err((read, 1)),
    }
}

/// The 1-based line of a byte, in encodings where a line feed is one byte.
fn line_of(bytes: &[u8], byte: usize) -> u32 {
    line_number(
        bytes[..byte.min(bytes.len())]
            .iter()
            .filter(|b| **b == b'\n')
            .count(),
    )
}

fn line_number(line_feeds_before: usize) -> u32 {
    u32::try_from(line_feeds_before).unwrap_or(u32::MAX - 1) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "问题,答案\r\n有 M 码吗,有的～ 35㎡ 😊\n";

    fn utf16(text: &str, pair: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(pair).collect()
    }

    #[test]
    fn every_encoding_reads_the_same() {
        let le = utf16(TEXT, u16::to_le_bytes);
        let be = utf16(TEXT, u16::to_be_bytes);
        for (name, bytes) in [
            ("utf-8", TEXT.as_bytes().to_vec()),
            (
                "utf-8 with bom",
                [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat(),
            ),
            ("utf-16le with bom", [b"\xFF\xFE".as_slice(), &le].concat()),
            ("utf-16be with bom", [b"\xFE\xFF".as_slice(), &be].concat()),
            ("utf-16le", le),
            ("utf-16be", be),
            ("gb18030", GB18030.encode(TEXT).0.into_owned()),
        ] {
            assert_eq!(decode(&bytes).as_deref(), Ok(TEXT), "{name}");
        }
        assert_eq!(decode(b"").as_deref(), Ok(""));
    }

    #[test]
    fn what_fits_no_encoding_is_told_with_its_line() {
        let mut damaged = "问题,答案\n怎么退货,七天内可以退\n".as_bytes().to_vec();
        damaged[15] = 0xFF;
        let big5 = encoding_rs::BIG5
            .encode("商品問題,回覆內容\n請問運費多少,滿額免運費喔\n")
            .0
            .into_owned();
        for (name, bytes, line) in [
            ("damaged utf-8", damaged, 2),
            ("half a utf-16 unit", b"\xFF\xFEa\0\n\0b".to_vec(), 2),
            (
                "stray high bytes",
                b"question,answer\nfoo,\xFF\xFF\n".to_vec(),
                2,
            ),
            ("big5", big5, 1),
        ] {
            match decode(&bytes) {
                Err(error) => assert_eq!(error.line(), line, "{name}: {error}"),
                Ok(text) => panic!("{name} was read as {text}"),
            }
        }
    }
}
