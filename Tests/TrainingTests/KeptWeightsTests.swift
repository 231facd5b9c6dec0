import Tensors
import TestSupport
import Testing

@testable import Training

private func state(epoch: Int, kept: Int) -> TrainingState {
    func numbers(_ value: Float) -> Tensor { Tensor([value, Float(epoch)], shape: [2]) }
    let reports = (1...epoch).map {
        EpochReport(epoch: $0, trainLoss: 0, validAccuracy: 0, validMacroF1: 0, validLoss: 0)
    }
    return TrainingState(
        weights: numbers(1), first: numbers(2), second: numbers(3), epochs: reports,
        keptEpoch: kept, steps: epoch)
}

@Test(arguments: [[1, 1, 1, 1], [1, 2, 2, 2], [1, 1, 3, 3], [1, 2, 3, 4], [1, 1, 3, 4]])
func `a checkpoint hands the best epoch's weights on until they are needed`(kept: [Int]) throws {
    let folder = try TemporaryFolder()
    let checkpoint = EpochCheckpoint(folder: folder.file("run"), key: "k")
    for (index, keptEpoch) in kept.enumerated() {
        let now = state(epoch: index + 1, kept: keptEpoch)
        try checkpoint.save(now)
        let loaded = try #require(checkpoint.load(parameters: 2))
        #expect(loaded.keptEpoch == keptEpoch)
        #expect(loaded.weights.values == [1, Float(index + 1)])
        let weights = loaded.weights
        try checkpoint.restoreKept(loaded, into: weights)
        #expect(weights.values == [1, Float(keptEpoch)])
    }
}

@Test func `a state whose best weights are damaged is not used`() throws {
    let folder = try TemporaryFolder()
    let checkpoint = EpochCheckpoint(folder: folder.file("run"), key: "k")
    try checkpoint.save(state(epoch: 1, kept: 1))
    try checkpoint.save(state(epoch: 2, kept: 1))
    #expect(checkpoint.load(parameters: 2) != nil)
    try folder.write("no tensors", to: "run/epoch-2/kept.safetensors")
    #expect(checkpoint.load(parameters: 2) == nil)
    #expect(throws: SafeTensorsError.self) {
        try checkpoint.restoreKept(
            state(epoch: 2, kept: 1), into: Tensor(zeros: [2]))
    }
}
