/// Guesses what a misspelt name was meant to be.
public enum Suggestion {
    /// So many candidates are looked at: a hint is not worth more time.
    static let mostCandidates = 2_000

    /// The candidate nearest to `name`, if one is near enough; the first of equals.
    static func nearest(to name: String, among candidates: some Sequence<String>) -> String? {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(64))
        var limit = min(3, max(1, wanted.count / 3)) + 1
        var best: String?
        for candidate in candidates.prefix(mostCandidates) where candidate != name {
            let other = Array(candidate.lowercased().unicodeScalars.prefix(64))
            guard abs(other.count - wanted.count) < limit else { continue }
            let distance = editDistance(wanted, other)
            if distance < limit {
                limit = distance
                best = candidate
            }
        }
        return best
    }

    /// `did you mean 'x'?`, if a candidate is near enough.
    public static func hint(for name: String, among candidates: some Sequence<String>) -> String? {
        nearest(to: name, among: candidates).map { "did you mean \(quoted($0))?" }
    }

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
        var beforeLast = [Int](repeating: 0, count: b.count + 1)
        var last = Array(0...b.count)
        for i in a.indices {
            var row = [i + 1]
            for j in b.indices {
                var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                    cost = min(cost, beforeLast[j - 1] + 1)
                }
                row.append(cost)
            }
            beforeLast = last
            last = row
        }
        return last[b.count]
    }
}
