/// Text from files and definitions inside of what other programs read.
enum Escaped {
    /// Text between XML tags or inside of an attribute; what XML 1.0 cannot hold is replaced.
    static func xml(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": shown += "&amp;"
            case "<": shown += "&lt;"
            case ">": shown += "&gt;"
            case "\"": shown += "&quot;"
            case "\t", "\n", "\r": shown += "&#\(scalar.value);"
            case "\u{20}"..."\u{D7FF}", "\u{E000}"..."\u{FFFD}", "\u{10000}"...:
                shown.unicodeScalars.append(scalar)
            default: shown += "\u{FFFD}"
            }
        }
        return shown
    }

    /// Text inside of a cell of a Markdown table: no mark-up, no links, no mentions of people.
    static func markdown(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t", "\u{2028}", "\u{2029}", "\u{85}": shown += " "
            case "@": shown += "&#64;&#8203;"
            case "&", "<", ">", "|", "`", "*", "_", "[", "]", "~", "\\", "#", "!", "$", ":", "\"":
                shown += "&#\(scalar.value);"
            case _ where scalar.properties.generalCategory == .control: shown += "\u{FFFD}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// The message of a workflow command.
    static func message(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r\n", with: "%0D%0A")
            .replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    /// A property of a workflow command.
    static func property(_ text: String) -> String {
        message(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }
}
