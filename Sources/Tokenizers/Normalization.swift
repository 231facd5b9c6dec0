/// What a tokenizer does to text before it looks for pieces (Hugging Face's `BertNormalizer`).
public struct Normalization: Sendable, Equatable {
    /// Removes controls and makes all white space one kind.
    public var cleansText: Bool
    /// Sets spaces around ideographs.
    public var separatesIdeographs: Bool
    /// Removes accents; nil means "where letters are lowered".
    public var stripsAccents: Bool?
    /// Lowers letters (`do_lower_case`).
    public var lowercases: Bool

    /// Creates a normalization; without arguments that of uncased BERT.
    public init(
        cleansText: Bool = true, separatesIdeographs: Bool = true, stripsAccents: Bool? = nil,
        lowercases: Bool = true
    ) {
        self.cleansText = cleansText
        self.separatesIdeographs = separatesIdeographs
        self.stripsAccents = stripsAccents
        self.lowercases = lowercases
    }
}

/// Cuts text into normalised words: white space ends a word, punctuation is a word of its own.
///
/// One pass does the work of the normaliser and the splitter. ASCII goes through a table; other
/// scalars are cleaned, separated, decomposed and lowered one after the other, which equals doing
/// each step on the whole text because only the order of marks looks at neighbours.
struct WordSplitter {
    private let rules: Normalization
    private let strips: Bool
    private var word: [UInt8] = []
    private var scalars = 0
    /// Marks since the last base, waiting to be put in canonical order.
    private var marks: [(rank: UInt8, scalar: Unicode.Scalar)] = []

    init(_ rules: Normalization) {
        self.rules = rules
        strips = rules.stripsAccents ?? rules.lowercases
        word.reserveCapacity(64)
    }

    /// Calls `body` with the UTF-8 bytes and the number of scalars of every word, until it says no.
    mutating func split(
        _ text: UnsafeBufferPointer<UInt8>, ascii: AsciiTable,
        _ body: (_ word: UnsafeBufferPointer<UInt8>, _ scalars: Int) -> Bool
    ) {
        var goesOn = true
        var position = 0
        while position < text.count, goesOn {
            let byte = text[position]
            if byte < 0x80 {
                position += 1
                let kind = ascii.kind(of: byte)
                if kind == .removed { continue }
                if !marks.isEmpty { goesOn = settleMarks(body) }
                switch kind {
                case .letter: append(ascii.lowered(byte))
                case .space: goesOn = goesOn && finish(body)
                case .punctuation: goesOn = goesOn && single(byte, body)
                case .removed: break
                }
            } else {
                let (scalar, width) = Self.decode(text, at: position)
                position += width
                goesOn = take(scalar, body)
            }
        }
        if goesOn { goesOn = settleMarks(body) }
        if goesOn { _ = finish(body) }
    }

    private typealias Body = (UnsafeBufferPointer<UInt8>, Int) -> Bool

    private mutating func take(_ scalar: Unicode.Scalar, _ body: Body) -> Bool {
        if rules.cleansText, UnicodeClasses.isRemoved(scalar) { return true }
        if rules.separatesIdeographs, UnicodeClasses.isIdeograph(scalar) {
            return settleMarks(body) && finish(body) && decomposed(scalar, body)
                && settleMarks(body) && finish(body)
        }
        return decomposed(scalar, body)
    }

    private mutating func decomposed(_ scalar: Unicode.Scalar, _ body: Body) -> Bool {
        guard strips else { return lowered(scalar, body) }
        var parts: [Unicode.Scalar] = []
        UnicodeClasses.decompose(scalar) { parts.append($0) }
        for part in parts {
            let rank = UnicodeClasses.combiningClass(part)
            if rank == 0 {
                guard settleMarks(body) else { return false }
                guard UnicodeClasses.isAccent(part) || lowered(part, body) else { return false }
            } else if !UnicodeClasses.isAccent(part) {
                marks.append((rank, part))
            }
        }
        return true
    }

    private mutating func settleMarks(_ body: Body) -> Bool {
        guard !marks.isEmpty else { return true }
        let ordered = marks.enumerated()
            .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.scalar)
        marks.removeAll(keepingCapacity: true)
        for scalar in ordered {
            guard lowered(scalar, body) else { return false }
        }
        return true
    }

    private mutating func lowered(_ scalar: Unicode.Scalar, _ body: Body) -> Bool {
        guard rules.lowercases else { return place(scalar, body) }
        for part in scalar.properties.lowercaseMapping.unicodeScalars {
            guard place(part, body) else { return false }
        }
        return true
    }

    private mutating func place(_ scalar: Unicode.Scalar, _ body: Body) -> Bool {
        if UnicodeClasses.isSpace(scalar) { return finish(body) }
        let isWord = UnicodeClasses.isPunctuation(scalar)
        if isWord, !finish(body) { return false }
        word.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        scalars += 1
        return isWord ? finish(body) : true
    }

    private mutating func append(_ byte: UInt8) {
        word.append(byte)
        scalars += 1
    }

    private mutating func single(_ byte: UInt8, _ body: Body) -> Bool {
        guard finish(body) else { return false }
        append(byte)
        return finish(body)
    }

    private mutating func finish(_ body: Body) -> Bool {
        guard scalars > 0 else { return true }
        let goesOn = word.withUnsafeBufferPointer { body($0, scalars) }
        word.removeAll(keepingCapacity: true)
        scalars = 0
        return goesOn
    }

    /// The scalar at `position` of valid UTF-8, and its width in bytes.
    private static func decode(
        _ text: UnsafeBufferPointer<UInt8>, at position: Int
    ) -> (Unicode.Scalar, Int) {
        let first = text[position]
        let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        var value = UInt32(first) & (0x7F >> UInt32(width))
        for byte in text[(position + 1)..<min(position + width, text.count)] {
            value = value << 6 | UInt32(byte & 0x3F)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", width)
    }
}
