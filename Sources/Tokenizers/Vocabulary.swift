/// The pieces that a tokenizer knows, in the order of their ids.
public struct Vocabulary: Sendable {
    let list: PieceList
    private let short: PieceTable
    private let long: LongPieceTable
    private let tails: TailMatcher

    /// Creates a vocabulary; a piece given twice has the last of its ids, as in Hugging Face.
    public init(pieces: [String]) { self.init(PieceList(pieces)) }

    init(_ list: PieceList) {
        var short = PieceTable(capacity: list.count)
        var long = LongPieceTable()
        let bytes = list.bytes.span
        for id in 0..<list.count {
            let range = list.range(id)
            if range.count <= PieceKey.longest {
                short.insert(PieceKey(bytes, range), id: Int32(id))
            } else {
                long.insert(bytes, range, id: Int32(id))
            }
        }
        self.list = list
        self.short = short
        self.long = long
        tails = TailMatcher(list)
    }

    /// The number of pieces; ids are `0..<count`.
    public var count: Int { list.count }

    /// The piece of every id, made anew at each call; pieces inside a word start with `##`.
    public var pieces: [String] { (0..<count).map { list[$0] } }

    /// The id of `piece`, compared by bytes: canonically equivalent spellings differ.
    public func id(of piece: String) -> Int32? {
        let bytes = piece.utf8.span
        let whole = 0..<bytes.count
        if bytes.count <= PieceKey.longest {
            let id = short.find(PieceKey(bytes, whole))
            return id < 0 ? nil : id
        }
        var hash = LongPieceTable.offsetBasis
        for index in whole { hash = LongPieceTable.step(hash, bytes[index]) }
        let id = long.find(bytes, end: bytes.count, hash: hash, in: list)
        return id < 0 ? nil : id
    }

    /// The id of a whole word, or -1.
    @inline(__always)
    func find(_ key: PieceKey) -> Int32 { short.find(key) }

    /// What spelling needs beside the word: kept between words, so that none allocates.
    struct Scratch {
        /// Per byte of the word: the longest piece inside a word that starts there, or -1.
        fileprivate var tails: [Int32] = []
        fileprivate var hashes: [UInt64] = []
        /// Look-ups and bytes passed so far.
        var steps = 0
    }

    /// Appends the longest pieces that spell `word`, one after the other.
    ///
    /// Returns whether there are such pieces; where not, `ids` are as before. Time is linear in the
    /// number of bytes.
    func spell(_ word: Span<UInt8>, into ids: inout [Int32], _ scratch: inout Scratch) -> Bool {
        let first = head(word, &scratch)
        guard first >= 0 else { return false }
        let before = ids.count
        ids.append(first)
        var position = list.length(Int(first))
        guard position < word.count else { return true }
        scratch.steps += tails.match(word, from: position, &scratch.tails)
        while position < word.count {
            scratch.steps += 1
            let id = scratch.tails[position]
            guard id >= 0 else {
                ids.removeLast(ids.count - before)
                return false
            }
            ids.append(id)
            position += list.length(Int(id)) - 2
        }
        return true
    }

    /// The longest piece that `word` begins with, or -1.
    private func head(_ word: Span<UInt8>, _ scratch: inout Scratch) -> Int32 {
        if word.count > PieceKey.longest, long.longest > 0 {
            let id = longHead(word, &scratch)
            if id >= 0 { return id }
        }
        let key = PieceKey(word, 0..<word.count)
        var count = Int(key.count)
        while count > 0 {
            scratch.steps += 1
            let id = short.find(key.prefix(count))
            if id >= 0 { return id }
            count -= 1
        }
        return -1
    }

    private func longHead(_ word: Span<UInt8>, _ scratch: inout Scratch) -> Int32 {
        let limit = min(word.count, long.longest)
        scratch.hashes.removeAll(keepingCapacity: true)
        var hash = LongPieceTable.offsetBasis
        for index in 0..<limit {
            hash = LongPieceTable.step(hash, word[index])
            scratch.hashes.append(hash)
        }
        scratch.steps += limit
        for end in (PieceKey.longest + 1...limit).reversed() {
            scratch.steps += 1
            let id = long.find(word, end: end, hash: scratch.hashes[end - 1], in: list)
            if id >= 0 { return id }
        }
        return -1
    }
}
