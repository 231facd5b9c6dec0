import Foundation
import Models
import TestSupport
import Tensors
import Testing

@testable import Compression

private func mixed(_ options: QuantizationOptions = QuantizationOptions(weightGroup: 8)) throws
    -> (MixedPrecision, Classifier)
{
    let model = try smallClassifier(vocabulary: 50)
    return (try MixedPrecision(model, options: options, compute: Compute(threads: 1)), model)
}

private func fileSize(_ model: QuantizedClassifier) throws -> Int {
    let folder = try TemporaryFolder()
    try model.save(to: folder.file("model"))
    return try Data(
        contentsOf: URL(fileURLWithPath: folder.file("model/model.safetensors"))
    ).count
}

@Test func anyMixtureIsStoredAndReadAgain() throws {
    let (mixed, _) = try mixed()
    let compute = try Compute(threads: 1)
    let batch = smallBatch()
    #expect(mixed.candidates.count == 13 && mixed.candidates[0] == WeightLayout.words)
    let all = Set(mixed.candidates)
    let odd = Set(mixed.candidates.enumerated().filter { $0.offset % 2 == 1 }.map(\.element))
    for names in [[], odd, all.subtracting(odd), all, [WeightLayout.words]] {
        let model = try mixed.classifier(inFour: names)
        let folder = try TemporaryFolder()
        try model.save(to: folder.file("model"))
        let read = try QuantizedClassifier.load(folder.file("model"))
        // The group of 4-bit weights is not kept where there are none.
        var options = read.options
        if options.weightBits == 8 { options.weightGroup = model.options.weightGroup }
        #expect(options == model.options)
        #expect(
            try read.logits(batch, compute: compute).values
                == model.logits(batch, compute: compute).values)
        #expect(try mixed.byteCount(inFour: names) == fileSize(model))
    }
}

@Test func theEndsOfTheMixtureAreThePlainForms() throws {
    let (mixed, model) = try mixed()
    let compute = try Compute(threads: 1)
    let batch = smallBatch()
    func logits(_ weights: Int, _ table: Int) throws -> [Float] {
        let options = QuantizationOptions(
            embeddingBits: table, weightBits: weights, weightGroup: 8)
        return try QuantizedClassifier.quantize(model, options: options).logits(
            batch, compute: compute
        ).values
    }
    let words: Set<String> = [WeightLayout.words]
    let all = Set(mixed.candidates)
    func found(_ names: Set<String>) throws -> [Float] {
        try mixed.classifier(inFour: names).logits(batch, compute: compute).values
    }
    #expect(try found([]) == logits(8, 8))
    #expect(try found(words) == logits(8, 4))
    #expect(try found(all.subtracting(words)) == logits(4, 8))
    #expect(try found(all) == logits(4, 4))
}

@Test func embeddingsOfFourBitsAreNoCandidate() throws {
    let options = QuantizationOptions(embeddingBits: 4, embeddingGroup: 8, weightGroup: 8)
    let (mixed, _) = try mixed(options)
    #expect(mixed.candidates.count == 12 && !mixed.candidates.contains(WeightLayout.words))
    #expect(try mixed.classifier(inFour: []).options.embeddingBits == 4)
}

@Test func theBudgetTakesTheCheapestBytesFirst() {
    let choices = [
        BitChoice(name: "dear", loss: 9, saved: 100), BitChoice(name: "cheap", loss: 1, saved: 100),
        BitChoice(name: "none", loss: 0, saved: -5), BitChoice(name: "good", loss: -1, saved: 10),
        BitChoice(name: "small", loss: 2, saved: 50),
    ]
    var asked: [Set<String>] = []
    func chosen(_ budget: Int) -> Set<String>? {
        BitChoice.within(budget, choices: choices) { names in
            asked.append(names)
            return choices.reduce(1000) { $0 - (names.contains($1.name) ? $1.saved : 0) }
        }
    }
    #expect(chosen(1000) == [])
    #expect(chosen(999) == ["good"])
    #expect(chosen(900) == ["good", "cheap"])
    #expect(chosen(890) == ["good", "cheap"])
    #expect(chosen(850) == ["good", "cheap", "small"])
    #expect(chosen(740) == ["good", "cheap", "small", "dear"])
    #expect(chosen(739) == nil)
    #expect(!asked.contains { $0.contains("none") }, "what saves nothing stays")
}

@Test func whatIsNotNeededComesBack() {
    // By loss per byte the small one goes first, but the large one alone is enough.
    let choices = [
        BitChoice(name: "small", loss: 1, saved: 20),
        BitChoice(name: "large", loss: 50, saved: 500),
    ]
    let chosen = BitChoice.within(600, choices: choices) { names in
        choices.reduce(1000) { $0 - (names.contains($1.name) ? $1.saved : 0) }
    }
    #expect(chosen == ["large"])
}

@Test func aMixtureOfUnknownMatricesIsRefused() throws {
    let (mixed, _) = try mixed()
    let folder = try TemporaryFolder()
    let name = mixed.candidates[1]
    try mixed.classifier(inFour: Set(mixed.candidates).subtracting([name])).save(
        to: folder.file("model"))
    let file = URL(fileURLWithPath: folder.file("model/config.json"))
    let text = try String(contentsOf: file, encoding: .utf8)
    #expect(text.contains(name))
    for (from, to) in [("\"\(name)\"", "\"bert.pooler\""), ("\"\(name)\"", "7")] {
        try Data(text.replacingOccurrences(of: from, with: to).utf8).write(to: file)
        do {
            _ = try QuantizedClassifier.load(folder.file("model"))
            Issue.record("accepted \(to)")
        } catch let error as CompressionError {
            #expect(error.description.contains("quantization_config.eight_bit_matrices"))
        }
    }
}
