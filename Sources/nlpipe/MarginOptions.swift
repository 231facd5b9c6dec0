import ArgumentParser

/// What a verdict on predictions is asked.
struct MarginOptions: ParsableArguments {
    @Option(help: "Points of accuracy that may be lost; 1.5 unless given.")
    var margin: Double?
    @Option(help: "Chance of 'pass' where the margin or more is lost; 0.05 unless given.")
    var alpha: Double?

    var isGiven: Bool { margin != nil || alpha != nil }
    /// The margin as a share.
    var share: Double { (margin ?? 1.5) / 100 }
    /// The chance of an error.
    var chance: Double { alpha ?? 0.05 }

    func validate() throws {
        if let margin, !(margin > 0 && margin < 100) {
            throw ValidationError("'--margin' is \(margin); expected points above 0, below 100")
        }
        if let alpha, !(alpha > 0 && alpha < 0.5) {
            throw ValidationError("'--alpha' is \(alpha); expected above 0, below 0.5")
        }
    }
}
