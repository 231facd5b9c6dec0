/// The model card's words on whether the packaged model is as good as the reference.
struct CardComparison {
    var scores: Scores

    /// Empty where the scores have no comparison.
    var text: String {
        guard let design = scores.design,
            let (reference, models) = scores.against?.first, let found = models["int8"]
        else { return "" }
        return """
            ## Compared with `\(reference)`

            On the same \(scores.testRows) rows, accuracy differs by \
            \(points(found.difference)) points (\(CardNumber.fixed(100 * design.confidence, 0)) % \
            interval \(points(found.interval.low)) to \(points(found.interval.high))): \(found.gained) \
            rows gained, \(found.lost) lost; McNemar's exact test, corrected for the number of \
            models, has p = \(CardNumber.fixed(found.corrected, 3)).

            **\(verdict(found, design))**

            """
    }

    private func verdict(_ found: Scores.Against, _ design: Scores.Design) -> String {
        let margin = "\(CardNumber.fixed(design.margin, 1)) points"
        let alpha = "alpha \(CardNumber.fixed(design.alpha, 2)), one-sided"
        switch found.verdict {
        case 1:
            return "Pass: proven to lose less than \(margin) (\(alpha))."
        case -1:
            return "Fail: proven to lose more than \(margin) (\(alpha))."
        default:
            let needed = found.rowsNeeded.map { " About \($0) rows would decide." } ?? ""
            return "Inconclusive: these rows prove neither a loss of less than \(margin) nor of "
                + "more (\(alpha)).\(needed)"
        }
    }

    private func points(_ share: Double) -> String {
        (share > 0 ? "+" : "") + CardNumber.fixed(100 * share, 1).replacing("-", with: "−")
    }
}
