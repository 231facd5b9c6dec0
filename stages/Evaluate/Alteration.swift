import Datasets
import Statistics

/// A change of a text that should not change its class.
enum Alteration: String, Sendable, CaseIterable {
    case typos, lower, upper

    /// The altered text of a row; `typos` is the share of words that get one.
    func text(of row: Row, typos: Double, seed: UInt64) -> String {
        switch self {
        case .typos:
            Typos(share: typos, random: CounterRandom(seed: seed, stream: "typos \(row.id)"))
                .text(row.text)
        case .lower: row.text.lowercased()
        case .upper: row.text.uppercased()
        }
    }
}

/// Slips of the fingers: inside of a word two letters change places, one is left out or doubled.
struct Typos {
    /// The share of words that get one typo.
    let share: Double
    let random: CounterRandom

    /// Shorter words stay as they are: little would be left to read.
    private static let shortest = 4
    /// Random numbers that a word may use.
    private static let draws = 3

    func text(_ text: String) -> String {
        var result = ""
        var word: [Character] = []
        var words = 0
        func finishWord() {
            guard !word.isEmpty else { return }
            result += altered(word, place: words * Self.draws)
            words += 1
            word = []
        }
        for character in text {
            if character.isLetter {
                word.append(character)
            } else {
                finishWord()
                result.append(character)
            }
        }
        finishWord()
        return result
    }

    private func altered(_ word: [Character], place: Int) -> String {
        guard word.count >= Self.shortest, random.uniform(place) < share else {
            return String(word)
        }
        var word = word
        // First and last letter stay: slips there are rare, and words are recognised by them.
        let at = 1 + random.index(place + 1, below: word.count - 2)
        switch random.index(place + 2, below: 3) {
        case 0 where at + 1 < word.count - 1 && word[at] != word[at + 1]: word.swapAt(at, at + 1)
        case 1: word.remove(at: at)
        default: word.insert(word[at], at: at)
        }
        return String(word)
    }
}
