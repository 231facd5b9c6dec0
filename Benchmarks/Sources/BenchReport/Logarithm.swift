import Foundation

extension Double {
    /// The natural logarithm, for places on a logarithmic scale.
    var logarithm: Double { log(self) }
}
