import Dispatch
import Synchronization

extension WordPieceTokenizer {
    /// The ids of every text, as `encode(_:maximumLength:)` gives them, on at most `threads` threads.
    ///
    /// Results are in the order of `texts` and the same for any number of threads.
    public func encode(_ texts: [String], maximumLength: Int?, threads: Int = 1) -> EncodedTexts {
        let chunks = TextChunks(texts)
        let workers = max(1, min(threads, chunks.ranges.count))
        if workers == 1 { return encode(texts[...], maximumLength: maximumLength) }
        let parts = Mutex([EncodedTexts?](repeating: nil, count: chunks.ranges.count))
        let next = Atomic(0)
        DispatchQueue.concurrentPerform(iterations: workers) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < chunks.ranges.count else { return }
                let part = encode(texts[chunks.ranges[index]], maximumLength: maximumLength)
                parts.withLock { $0[index] = part }
            }
        }
        return parts.withLock { parts in
            var whole = EncodedTexts()
            whole.reserve(
                ids: parts.reduce(0) { $0 + ($1?.ids.count ?? 0) }, texts: texts.count)
            for part in parts { if let part { whole.append(part) } }
            return whole
        }
    }

    private func encode(_ texts: ArraySlice<String>, maximumLength: Int?) -> EncodedTexts {
        var pass = TextPass(self)
        var encoded = EncodedTexts()
        encoded.reserve(ids: TextChunks.size / 3, texts: texts.count)
        for text in texts {
            encoded.add { pass.encode(text, maximumLength: maximumLength, into: &$0) }
        }
        return encoded
    }
}

/// Runs of neighbouring texts of about the same size: cut by size only, never by threads.
struct TextChunks {
    /// Bytes after which a run ends: far more than a thread takes to start, few enough to share out.
    static let size = 1 << 15

    let ranges: [Range<Int>]

    init(_ texts: [String]) {
        var ranges: [Range<Int>] = []
        var start = 0
        var bytes = 0
        for (index, text) in texts.enumerated() {
            // A text costs something even where it is empty.
            bytes += text.utf8.count + 16
            guard bytes >= Self.size || index == texts.count - 1 else { continue }
            ranges.append(start..<index + 1)
            start = index + 1
            bytes = 0
        }
        self.ranges = ranges
    }
}
