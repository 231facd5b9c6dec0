import Datasets
import Statistics
import TestSupport
import Testing

@testable import EvaluateStage

private let sentence = "The film's quietly devastating ending, though, is its own reward – naïve?"

private func typos(_ text: String, share: Double, seed: UInt64 = 0) -> String {
    Typos(share: share, random: CounterRandom(seed: seed, stream: "t")).text(text)
}

@Test func noTyposLeaveTheTextAsItIs() {
    #expect(typos(sentence, share: 0) == sentence)
    #expect(typos("", share: 1) == "")
    #expect(typos("a be ten, 12345678", share: 1) == "a be ten, 12345678")
}

@Test func everyLongerWordGetsOneSlipInsideAndNothingElseChanges() {
    for seed in 0..<50 {
        let found = typos(sentence, share: 1, seed: UInt64(seed))
        func words(_ text: String) -> [Substring] { text.split { !$0.isLetter } }
        #expect(words(found).count == words(sentence).count)
        #expect(found.filter { !$0.isLetter } == sentence.filter { !$0.isLetter })
        for (new, old) in zip(words(found), words(sentence)) {
            if old.count < 4 { #expect(new == old) }
            if old.count >= 4 {
                #expect(new != old)
                #expect(abs(new.count - old.count) <= 1)
                #expect(new.first == old.first && new.last == old.last)
            }
        }
    }
}

@Test func theShareOfMisspeltWordsIsTheOneAskedFor() {
    let text = Array(repeating: "reward", count: 4000).joined(separator: " ")
    let changed = typos(text, share: 0.1).split(separator: " ").count { $0 != "reward" }
    // 400 are expected, with a standard error of 19.
    #expect((340...460).contains(changed))
}

@Test func typosDependOnSeedAndRowAlone() {
    let row = Row(id: 7, text: sentence)
    let first = Alteration.typos.text(of: row, typos: 0.5, seed: 1)
    #expect(first == Alteration.typos.text(of: row, typos: 0.5, seed: 1))
    #expect(first != Alteration.typos.text(of: row, typos: 0.5, seed: 2))
    #expect(first != Alteration.typos.text(of: Row(id: 8, text: sentence), typos: 0.5, seed: 1))
    #expect(Alteration.lower.text(of: row, typos: 1, seed: 0) == sentence.lowercased())
    #expect(Alteration.upper.text(of: row, typos: 1, seed: 0) == sentence.uppercased())
}

@Test func cellsOfATableAreQuotedWhereTheyMustBe() throws {
    var table = Table(["a", "b"])
    table.add(["plain", "with, \"both\""])
    table.add(["two\nlines"])
    table.add(["1", "2", "3"])
    let folder = try TemporaryFolder()
    try table.write(to: folder.file("below/table.csv"))
    #expect(
        try String(contentsOfFile: folder.file("below/table.csv"), encoding: .utf8)
            == "a,b\nplain,\"with, \"\"both\"\"\"\n\"two\nlines\",\n1,2\n")
    #expect(Table.number(0.25) == "0.25" && Table.number(3) == "3" && Table.number(-1e-9) == "0")
}
