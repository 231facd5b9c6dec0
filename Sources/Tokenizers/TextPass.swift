/// The state of turning texts into ids: what one thread keeps from text to text.
struct TextPass {
    /// Spells words; the splitter's sink.
    struct Speller: WordSink {
        let vocabulary: Vocabulary
        let unknownID: Int32
        var ids: [Int32] = []
        /// No word is taken once so many ids stand in `ids`.
        var limit = Int.max
        private(set) var scratch = Vocabulary.Scratch()
        private var word: [UInt8] = []

        init(_ vocabulary: Vocabulary, unknownID: Int32) {
            self.vocabulary = vocabulary
            self.unknownID = unknownID
        }

        var isFull: Bool { ids.count >= limit }

        mutating func take(_ word: [UInt8], scalars: Int) {
            let isShort = scalars <= WordPieceTokenizer.longestWord
            if isShort, vocabulary.spell(word.span, into: &ids, &scratch) { return }
            ids.append(unknownID)
        }

        /// Takes an ASCII word of at most 16 bytes.
        @inline(__always)
        mutating func take(_ key: PieceKey) {
            let id = vocabulary.find(key)
            if id >= 0 { ids.append(id) } else { spell(key) }
        }

        @inline(never)
        private mutating func spell(_ key: PieceKey) {
            // Out of the way while it is read, and back: no word has a buffer of its own.
            var bytes: [UInt8] = []
            swap(&bytes, &word)
            bytes.removeAll(keepingCapacity: true)
            for index in 0..<Int(key.count) { bytes.append(key.byte(index)) }
            take(bytes, scalars: Int(key.count))
            swap(&bytes, &word)
        }
    }

    private let table: ByteTable
    private let specials: SpecialTokens
    private let clsID: Int32
    private let sepID: Int32
    private var splitter: WordSplitter
    private(set) var speller: Speller

    init(_ tokenizer: WordPieceTokenizer) {
        table = tokenizer.table
        specials = tokenizer.specials
        clsID = tokenizer.clsID
        sepID = tokenizer.sepID
        splitter = WordSplitter(tokenizer.normalization, tokenizer.table)
        speller = Speller(tokenizer.vocabulary, unknownID: tokenizer.unknownID)
    }

    /// Appends the ids of `text` between `[CLS]` and `[SEP]`, at most `maximumLength` with the two.
    mutating func encode(_ text: String, maximumLength: Int?, into ids: inout [Int32]) {
        let room = max(2, maximumLength ?? .max) - 2
        swap(&ids, &speller.ids)
        defer { swap(&ids, &speller.ids) }
        speller.ids.append(clsID)
        append(text.utf8.span, room: room)
        speller.ids.append(sepID)
    }

    /// Appends the ids of raw text, at most `room` of them.
    private mutating func append(_ text: Span<UInt8>, room: Int) {
        let (sum, isTooMuch) = speller.ids.count.addingReportingOverflow(room)
        speller.limit = isTooMuch ? .max : sum
        var position = 0
        while position < text.count, !speller.isFull {
            let special = specials.next(in: text, from: position)
            append(text, position..<(special?.range.lowerBound ?? text.count))
            if let special { speller.ids.append(special.id) }
            position = special?.range.upperBound ?? text.count
        }
        if speller.ids.count > speller.limit {
            speller.ids.removeLast(speller.ids.count - speller.limit)
        }
    }

    /// Words of ASCII letters are gathered, lowered and looked up in registers; anything else goes
    /// through the splitter as far as the next space, beyond which nothing of it reaches.
    private mutating func append(_ text: Span<UInt8>, _ range: Range<Int>) {
        // A copy: the words found below change the pass.
        let table = table
        let entries = table.entries.span
        var position = range.lowerBound
        while position < range.upperBound, !speller.isFull {
            let start = position
            var entry = entries[Int(text[position])]
            let key = Self.word(text, &position, range.upperBound, entries, &entry)
            if entry < ByteTable.letterLimit || entry >= ByteTable.endLimit {
                while position < range.upperBound,
                    table.kind(of: text[position]) != .space
                {
                    position += 1
                }
                splitter.split(text, start..<position, into: &speller)
                continue
            }
            if key.count > 0 { speller.take(key) }
            if entry < ByteTable.spaceStart {
                let byte = UInt64(UInt8(truncatingIfNeeded: entry))
                speller.take(PieceKey(low: byte, high: 0, count: 1))
            }
            position += 1
        }
    }

    /// The lowered letters from `position` on, at most 16.
    ///
    /// Leaves in `entry` what stands after them, a space where the text ends there.
    @inline(__always)
    private static func word(
        _ text: Span<UInt8>, _ position: inout Int, _ end: Int, _ entries: Span<UInt16>,
        _ entry: inout UInt16
    ) -> PieceKey {
        let start = position
        var halves: (UInt64, UInt64) = (0, 0)
        var shift: UInt64 = 0
        while entry < ByteTable.letterLimit, shift < 64 {
            halves.0 |= UInt64(entry) &<< shift
            shift &+= 8
            position &+= 1
            entry = position < end ? entries[Int(text[position])] : ByteTable.space
        }
        shift = 0
        while entry < ByteTable.letterLimit, shift < 64 {
            halves.1 |= UInt64(entry) &<< shift
            shift &+= 8
            position &+= 1
            entry = position < end ? entries[Int(text[position])] : ByteTable.space
        }
        return PieceKey(low: halves.0, high: halves.1, count: Int32(position &- start))
    }
}
