import FoundationEssentials

/// Takes the pieces out of the text of a `tokenizer.json` that is read for its settings only.
///
/// The pieces are nearly all of the file, and a decoder spends most of a tokenizer's loading time on
/// them. What is passed over is checked: an object of strings and whole numbers. Where anything is
/// not as expected the text stays as it is, for the decoder to judge.
struct VocabularySkip {
    private let bytes: Data
    private var position = 0

    /// `bytes` with an empty object at `model.vocab`, or as they are.
    static func settings(in bytes: Data) -> Data {
        guard UTF8Check.firstFault(bytes.span) == nil else { return bytes }
        var skip = VocabularySkip(bytes: bytes)
        guard let range = skip.pieces() else { return bytes }
        return bytes.prefix(range.lowerBound) + Data("{}".utf8) + bytes.dropFirst(range.upperBound)
    }

    private init(bytes: Data) { self.bytes = bytes }

    private mutating func pieces() -> Range<Int>? {
        guard enter("model"), enter("vocab") else { return nil }
        let start = position
        return skipPieces() ? start..<position : nil
    }

    /// Goes from the start of an object to the value of its member `name`.
    private mutating func enter(_ name: String) -> Bool {
        guard take("{") else { return false }
        skipSpace()
        while peek() == UInt8(ascii: "\"") {
            let start = position
            guard skipString() else { return false }
            let isIt = position - start == name.utf8.count + 2 && reads(name, at: start + 1)
            guard take(":") else { return false }
            skipSpace()
            if isIt { return true }
            guard skipValue(), take(",") else { return false }
            skipSpace()
        }
        return false
    }

    private mutating func skipPieces() -> Bool {
        guard take("{") else { return false }
        if take("}") { return true }
        guard let end = Self.endOfPieces(bytes.span, from: position) else { return false }
        position = end
        return true
    }

    /// Where the object ends whose first member starts at or after `start`.
    private static func endOfPieces(_ text: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while true {
            index = afterSpace(text, index)
            guard index < text.count, text[index] == UInt8(ascii: "\"") else { return nil }
            guard let end = endOfString(text, from: index + 1) else { return nil }
            index = afterSpace(text, end)
            guard index < text.count, text[index] == UInt8(ascii: ":") else { return nil }
            index = afterSpace(text, index + 1)
            guard let end = endOfWholeNumber(text, from: index) else { return nil }
            index = afterSpace(text, end)
            guard index < text.count else { return nil }
            if text[index] == UInt8(ascii: "}") { return index + 1 }
            guard text[index] == UInt8(ascii: ",") else { return nil }
            index += 1
        }
    }

    /// A value of any kind, by its brackets and strings only.
    private mutating func skipValue() -> Bool {
        var depth = 0
        while let byte = peek() {
            switch byte {
            case UInt8(ascii: "\""):
                guard skipString() else { return false }
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if depth == 0 { return true }
                depth -= 1
                position += 1
            case UInt8(ascii: ",") where depth == 0: return true
            default: position += 1
            }
        }
        return false
    }

    private mutating func skipString() -> Bool {
        guard peek() == UInt8(ascii: "\"") else { return false }
        guard let end = Self.endOfString(bytes.span, from: position + 1) else { return false }
        position = end
        return true
    }

    /// Where the string that starts before `start` ends.
    private static func endOfString(_ text: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        let words = text.bytes
        while index < text.count {
            if index + 8 <= text.count {
                let word = words.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self)
                let plain = plainBytes(UInt64(littleEndian: word))
                if plain > 0 {
                    index += plain
                    continue
                }
            }
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "\"") { return index }
            guard byte >= 0x20 else { return nil }
            guard byte == UInt8(ascii: "\\") else { continue }
            // Escapes by number are rare in a vocabulary: the decoder knows which are right.
            guard index < text.count, escapes.contains(text[index]) else { return nil }
            index += 1
        }
        return nil
    }

    /// How many of eight bytes, from the lowest, are neither quote nor backslash nor control.
    @inline(__always)
    private static func plainBytes(_ word: UInt64) -> Int {
        // Bit 7 of the lowest byte that is zero, or below 0x20, is the lowest one of these: borrows only
        // reach higher bytes.
        let (ones, tops) = (0x0101_0101_0101_0101 as UInt64, 0x8080_8080_8080_8080 as UInt64)
        let quotes = word ^ (0x22 &* ones)
        let slashes = word ^ (0x5C &* ones)
        let marks =
            (quotes &- ones) & ~quotes | (slashes &- ones) & ~slashes
            | (word &- 0x20 &* ones) & ~word
        return (marks & tops).trailingZeroBitCount / 8
    }

    /// Where the whole number at `start` ends: no sign, no zero before other digits.
    private static func endOfWholeNumber(_ text: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < text.count, text[index] &- 0x30 < 10 { index += 1 }
        let count = index - start
        return count == 1 || 2...10 ~= count && text[start] != 0x30 ? index : nil
    }

    @inline(__always)
    private static func afterSpace(_ text: Span<UInt8>, _ start: Int) -> Int {
        var index = start
        while index < text.count, text[index] <= 0x20, isSpace(text[index]) { index += 1 }
        return index
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private mutating func skipSpace() { position = Self.afterSpace(bytes.span, position) }

    /// White space, then `mark`; does not move past the mark's place where another byte stands there.
    private mutating func take(_ mark: Unicode.Scalar) -> Bool {
        skipSpace()
        guard let byte = peek(), UInt32(byte) == mark.value else { return false }
        position += 1
        return true
    }

    private func peek() -> UInt8? { position < bytes.count ? bytes.span[position] : nil }

    private func reads(_ name: String, at start: Int) -> Bool {
        name.utf8.elementsEqual(bytes.dropFirst(start).prefix(name.utf8.count))
    }

    private static let escapes: [UInt8] = Array("\"\\/bfnrt".utf8)
}
