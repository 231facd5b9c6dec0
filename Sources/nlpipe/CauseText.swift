import Engine
import Pipelines

/// Why something happens to a stage, on one line.
enum CauseText {
    /// The first reason with its values and place, the number of the others, and what led here.
    static func line(_ why: Cause) -> String {
        var text = head(why)
        let more = why.reasons.count - 1
        if more > 0 { text += "; and \(more) more \(more == 1 ? "reason" : "reasons")" }
        if !why.chain.stages.isEmpty { text += "; follows from \(why.chain.words)" }
        return text
    }

    private static func head(_ why: Cause) -> String {
        switch why.reasons.first {
        // What is known of the whole stage needs no place.
        case .neverRun?, .forced?, .alwaysChanged?: why.reasons.first?.description ?? ""
        default: why.first?.description ?? ""
        }
    }
}
