import Datasets
import Foundation
import Training

/// What both sides train on, in the same order.
struct Plan: Codable {
    /// Rows of every batch of the first epoch of the training split.
    var batches: [[Int]]
    /// Rows of the training split that the memory is measured with: its longest.
    var memoryRows: [Int]
    /// Batches of each epoch over them; numbers are places in `memoryRows`.
    var memoryEpochs: [[[Int]]]
    /// Rows of the validation split, from the first.
    var memoryValidation: Int

    /// The training and test texts in the student's word pieces, and its first epoch's batches.
    var studentTrain: [[Int32]], studentTest: [[Int32]]
    var studentBatches: [[Int]]

    /// Plans for token counts of the training split, and the texts as the student reads them.
    init(lengths: [Int], studentTrain: [[Int32]], studentTest: [[Int32]]) {
        self.studentTrain = studentTrain
        self.studentTest = studentTest
        let options = TrainingOptions()
        func batcher(_ lengths: [Int]) -> Batcher {
            Batcher(lengths: lengths, batchSize: options.batchSize, seed: options.seed)
        }
        batches = batcher(lengths).epoch(0)
        studentBatches = batcher(studentTrain.map(\.count)).epoch(0)
        let rows = lengths.indices.sorted { (-lengths[$0], $0) < (-lengths[$1], $1) }.prefix(128)
        memoryRows = Array(rows)
        let short = batcher(memoryRows.map { lengths[$0] })
        memoryEpochs = (0..<2).map { short.epoch($0) }
        memoryValidation = 64
    }

    /// Reads the plan that `write` left.
    static func read(_ folder: String) throws -> Plan {
        try JSONDecoder().decode(
            Plan.self, from: Data(contentsOf: URL(fileURLWithPath: "\(folder)/plan.json")))
    }

    /// Writes `plan.json`.
    func write(to folder: String) throws {
        try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: "\(folder)/plan.json"))
    }
}
