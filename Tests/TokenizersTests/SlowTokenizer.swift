@testable import Tokenizers

/// Text → ids as the definition has it, the twin that the fast tokenizer is compared with.
///
/// One step after the other over the whole text, the longest piece by trying all.
struct SlowTokenizer {
    let rules: Normalization
    let pieces: [String]
    let specials: [String]
    private let ids: [[UInt8]: Int32]

    /// `pieces` start with `[PAD]`, `[UNK]`, `[CLS]`, `[SEP]`.
    init(pieces: [String], specials: [String], rules: Normalization) {
        self.pieces = pieces
        self.specials = specials
        self.rules = rules
        ids = Dictionary(
            pieces.enumerated().map { (Array($1.utf8), Int32($0)) }, uniquingKeysWith: { $1 })
    }

    func encode(_ text: String) -> [Int32] {
        var found: [Int32] = [2]
        var plain: [Unicode.Scalar] = []
        var rest = Array(text.unicodeScalars)[...]
        while let first = rest.first {
            let special = specials.first { rest.starts(with: $0.unicodeScalars) }
            guard let special else {
                plain.append(first)
                rest.removeFirst()
                continue
            }
            found += words(plain).flatMap(spell)
            plain = []
            found.append(ids[Array(special.utf8)] ?? -1)
            rest.removeFirst(special.unicodeScalars.count)
        }
        return found + words(plain).flatMap(spell) + [3]
    }

    private func words(_ text: [Unicode.Scalar]) -> [[Unicode.Scalar]] {
        var words: [[Unicode.Scalar]] = [[]]
        for scalar in lowered(stripped(separated(cleaned(text)))) {
            if UnicodeClasses.isSpace(scalar) {
                words.append([])
            } else if UnicodeClasses.isPunctuation(scalar) {
                words += [[scalar], []]
            } else {
                words[words.count - 1].append(scalar)
            }
        }
        return words.filter { !$0.isEmpty }
    }

    private func cleaned(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        rules.cleansText ? text.filter { !UnicodeClasses.isRemoved($0) } : text
    }

    private func separated(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard rules.separatesIdeographs else { return text }
        return text.flatMap { UnicodeClasses.isIdeograph($0) ? [" ", $0, " "] : [$0] }
    }

    /// Decomposed, marks in canonical order, accents removed.
    private func stripped(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard rules.stripsAccents ?? rules.lowercases else { return text }
        var parts: [Unicode.Scalar] = []
        for scalar in text { UnicodeClasses.decompose(scalar) { parts.append($0) } }
        let ranks = parts.map(UnicodeClasses.combiningClass)
        var ordered: [Unicode.Scalar] = []
        var start = 0
        while start < parts.count {
            let end = ranks[start...].dropFirst().firstIndex(of: 0) ?? parts.count
            ordered += (start..<end).sorted { (ranks[$0], $0) < (ranks[$1], $1) }.map { parts[$0] }
            start = end
        }
        return ordered.filter { !UnicodeClasses.isAccent($0) }
    }

    private func lowered(_ text: [Unicode.Scalar]) -> [Unicode.Scalar] {
        guard rules.lowercases else { return text }
        return text.flatMap { Array($0.properties.lowercaseMapping.unicodeScalars) }
    }

    private func spell(_ word: [Unicode.Scalar]) -> [Int32] {
        guard word.count <= 100 else { return [1] }
        var found: [Int32] = []
        var start = 0
        while start < word.count {
            let prefix = start == 0 ? "" : "##"
            let longest = (start + 1...word.count).reversed().first { end in
                ids[Self.bytes(prefix, word[start..<end])] != nil
            }
            guard let longest else { return [1] }
            found.append(ids[Self.bytes(prefix, word[start..<longest])] ?? -1)
            start = longest
        }
        return found
    }

    private static func bytes(_ prefix: String, _ word: ArraySlice<Unicode.Scalar>) -> [UInt8] {
        prefix.utf8 + word.flatMap { Array(UTF8.encode($0) ?? UTF8.encodedReplacementCharacter) }
    }
}

/// Numbers that look random and are the same everywhere (SplitMix64, doi:10.1145/2660193.2660195).
struct Draw: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    /// A whole number in `0..<limit`.
    mutating func below(_ limit: Int) -> Int { Int(next() >> 33) % limit }
}

/// Texts of everything that a tokenizer treats in its own way; `make_tokenizers.py` draws the same.
struct RandomTexts {
    var draw: Draw
    let words: [String]

    mutating func text() -> String {
        (0..<draw.below(12)).map { _ in part() + (draw.below(2) == 0 ? " " : "") }.joined()
    }

    private mutating func part() -> String {
        switch draw.below(10) {
        case 0, 1: return pick(words)
        case 2: return (0...draw.below(4)).map { _ in pick(words) }.joined()
        case 3: return pick([" ", "\t", "\u{A0}", "\u{2028}", "\u{B}", "\u{0}", "\u{200B}", "\n"])
        case 4: return pick(["[SEP]", "[MASK]", "[", "]", "[SEP", "!", "--", "$", "\u{FFFD}"])
        case 5: return pick(["\u{301}", "\u{327}", "\u{302E}", "\u{1D165}", "\u{93C}", "\u{E38}"])
        case 6: return (0...draw.below(4)).map { _ in scalar() }.joined()
        case 7:
            return pick(["日本", "語", "\u{F900}", "한국", "が", "\u{E9}", "İ", "ẞ", "ﬁ", "\u{C5}", "ж"])
        case 8:
            return String(repeating: pick(["a", "ab", "\u{E9}", "日", "x"]), count: draw.below(120))
        default:
            return (0...draw.below(30)).map { _ in pick(["a", "b", "c", "D", "e", "Z"]) }.joined()
        }
    }

    private mutating func pick(_ choices: [String]) -> String { choices[draw.below(choices.count)] }

    private mutating func scalar() -> String {
        let limit = [0x80, 0x250, 0x3000, 0x1_0000, 0x11_0000][draw.below(5)]
        return Unicode.Scalar(UInt32(draw.below(limit))).map { String($0) } ?? ""
    }
}
