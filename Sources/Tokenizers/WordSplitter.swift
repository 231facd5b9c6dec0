/// Takes the words that a splitter finds.
protocol WordSink {
    /// Whether further words would be thrown away.
    var isFull: Bool { get }
    /// Takes the UTF-8 of a word. Words with more than `WordPieceTokenizer.longestWord` scalars come
    /// cut short: `scalars` tells.
    mutating func take(_ word: [UInt8], scalars: Int)
}

/// Cuts text into normalised words: white space ends a word, punctuation is a word of its own.
///
/// One pass does the work of the normaliser and the splitter. ASCII goes through a table; other
/// scalars are cleaned, separated, decomposed and lowered one after the other, which equals doing
/// each step on the whole text because only the order of marks looks at neighbours.
struct WordSplitter {
    private let rules: Normalization
    private let table: ByteTable
    private var effects: ScalarEffects
    private var word: [UInt8] = []
    private var scalars = 0
    /// Marks since the last base, waiting to be put in canonical order.
    private var marks: [(rank: UInt8, scalar: Unicode.Scalar)] = []

    init(_ rules: Normalization, _ table: ByteTable) {
        self.rules = rules
        self.table = table
        effects = ScalarEffects(rules)
    }

    /// Gives `sink` the words of `text[range]`, which is valid UTF-8, until it is full.
    mutating func split(_ text: Span<UInt8>, _ range: Range<Int>, into sink: inout some WordSink) {
        var position = range.lowerBound
        while position < range.upperBound, !sink.isFull {
            let byte = text[position]
            if byte < 0x80 {
                position += 1
                take(ascii: byte, &sink)
            } else {
                let (scalar, width) = Self.decode(text, at: position)
                position += width
                take(scalar, &sink)
            }
        }
        settleMarks(&sink)
        finish(&sink)
    }

    /// The long way for every scalar: what `split` is compared with.
    mutating func splitApart(_ text: String, _ sink: inout some WordSink) {
        for scalar in text.unicodeScalars { takeApart(scalar, &sink) }
        settleMarks(&sink)
        finish(&sink)
    }

    private mutating func take(ascii byte: UInt8, _ sink: inout some WordSink) {
        let kind = table.kind(of: byte)
        if kind == .removed { return }
        settleMarks(&sink)
        if kind != .letter { finish(&sink) }
        if kind == .space { return }
        append(table.lowered(byte))
        if kind == .punctuation { finish(&sink) }
    }

    private mutating func take(_ scalar: Unicode.Scalar, _ sink: inout some WordSink) {
        let effect = effects[scalar]
        switch effect.kind {
        case .nothing: return
        case .general: return takeApart(scalar, &sink)
        case .letters, .alone, .space: break
        }
        settleMarks(&sink)
        if effect.kind != .letters { finish(&sink) }
        if scalars < WordPieceTokenizer.longestWord {
            for index in 0..<effect.byteCount {
                word.append(UInt8(truncatingIfNeeded: effect.bytes &>> (UInt64(index) * 8)))
            }
        }
        scalars += Int(effect.scalarCount)
        if effect.kind == .alone { finish(&sink) }
    }

    /// The long way, which every effect is a summary of.
    private mutating func takeApart(_ scalar: Unicode.Scalar, _ sink: inout some WordSink) {
        if rules.cleansText, UnicodeClasses.isRemoved(scalar) { return }
        let isAlone = rules.separatesIdeographs && UnicodeClasses.isIdeograph(scalar)
        if isAlone {
            settleMarks(&sink)
            finish(&sink)
        }
        decompose(scalar, &sink)
        if isAlone {
            settleMarks(&sink)
            finish(&sink)
        }
    }

    private mutating func decompose(_ scalar: Unicode.Scalar, _ sink: inout some WordSink) {
        guard rules.strips else { return lower(scalar, &sink) }
        var parts: [Unicode.Scalar] = []
        UnicodeClasses.decompose(scalar) { parts.append($0) }
        for part in parts {
            let rank = UnicodeClasses.combiningClass(part)
            if rank == 0 {
                settleMarks(&sink)
                if !UnicodeClasses.isAccent(part) { lower(part, &sink) }
            } else if !UnicodeClasses.isAccent(part) {
                marks.append((rank, part))
            }
        }
    }

    @inline(__always)
    private mutating func settleMarks(_ sink: inout some WordSink) {
        if !marks.isEmpty { placeMarks(&sink) }
    }

    private mutating func placeMarks(_ sink: inout some WordSink) {
        let ordered = marks.enumerated()
            .sorted { ($0.element.rank, $0.offset) < ($1.element.rank, $1.offset) }
            .map(\.element.scalar)
        marks.removeAll(keepingCapacity: true)
        for scalar in ordered { lower(scalar, &sink) }
    }

    private mutating func lower(_ scalar: Unicode.Scalar, _ sink: inout some WordSink) {
        guard rules.lowercases else { return place(scalar, &sink) }
        for part in scalar.properties.lowercaseMapping.unicodeScalars { place(part, &sink) }
    }

    private mutating func place(_ scalar: Unicode.Scalar, _ sink: inout some WordSink) {
        if UnicodeClasses.isSpace(scalar) { return finish(&sink) }
        let isWord = UnicodeClasses.isPunctuation(scalar)
        if isWord { finish(&sink) }
        if scalars < WordPieceTokenizer.longestWord {
            word.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
        scalars += 1
        if isWord { finish(&sink) }
    }

    private mutating func append(_ byte: UInt8) {
        if scalars < WordPieceTokenizer.longestWord { word.append(byte) }
        scalars += 1
    }

    @inline(__always)
    private mutating func finish(_ sink: inout some WordSink) {
        guard scalars > 0 else { return }
        sink.take(word, scalars: scalars)
        word.removeAll(keepingCapacity: true)
        scalars = 0
    }

    /// The scalar at `position` of valid UTF-8, and its width in bytes.
    private static func decode(_ text: Span<UInt8>, at position: Int) -> (Unicode.Scalar, Int) {
        let first = text[position]
        let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        var value = UInt32(first) & (0x7F >> UInt32(width))
        for index in (position + 1)..<min(position + width, text.count) {
            value = value << 6 | UInt32(text[index] & 0x3F)
        }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", width)
    }
}
