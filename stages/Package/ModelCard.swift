import Foundation

/// The package's `README.md`: a model card with Hugging Face's front matter.
///
/// It states this run's numbers and nothing of when or where, so the same inputs give the same text.
struct ModelCard {
    var parameters: PackageParameters
    var config: ModelConfig
    var scores: Scores
    var rows: SplitRows
    /// The labelled data file, as the parameters name it.
    var dataFile: String?
    /// The pretrained encoder's folder, as the parameters name it.
    var encoder: String?

    var text: String {
        [
            frontMatter, introduction, use, data, results, CardComparison(scores: scores).text,
            limits, origin,
        ].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    private var int8: Scores.Model? { scores.models["int8"] }

    private var frontMatter: String {
        var lines = [
            "---", "language: \(quoted(parameters.language))",
            "license: \(quoted(parameters.license))", "library_name: nlpipe",
            "pipeline_tag: text-classification",
            "tags: [text-classification, distillation, pruning, int8]", "metrics: [accuracy, f1]",
        ]
        if let int8 {
            lines += [
                "model-index:", "  - name: \(quoted(parameters.name))", "    results:",
                "      - task:", "          type: text-classification", "        dataset:",
                "          name: \(quoted(dataFile ?? "test split"))", "          type: custom",
                "          split: test", "        metrics:", "          - type: accuracy",
                "            value: \(int8.accuracy)", "          - type: f1",
                "            name: macro F1", "            value: \(int8.macroF1)",
            ]
        }
        return lines.joined(separator: "\n") + "\n---\n"
    }

    private var introduction: String {
        """
        # \(parameters.name)

        A text classifier with \(config.labels.count) classes: \(labelList).

        A pretrained encoder\(encoder.map { " (`\($0)`)" } ?? "") was fine-tuned, distilled into \
        fewer layers and word pieces, pruned, and quantized to \(weights). The model is \
        \(CardNumber.fixed(scores.sizeRatio, 1)) times smaller than the fine-tuned encoder in \
        float32 and keeps \(CardNumber.percent(scores.accuracyKept)) of its test accuracy.

        """
    }

    private var use: String {
        """
        ## Use

            nlpipe predict . "a text" "another text"

        prints a label and its probability for each text.\(calibration) The folder holds `model.safetensors` \
        (\(weights) with float32 scales), `config.json`, the tokenizer's files, `labels.json` \
        and `manifest.json`.

        Intended for texts like those it was trained on: same language, same kind, one text at a \
        time. Not for decisions about people, and not for other kinds of text without a test on them.

        """
    }

    private var weights: String {
        config.weightBits == 8
            ? "INT8 weights" : "INT4 weights, which run as the INT8 weights that they stand for,"
    }

    private var calibration: String {
        guard let calibrated = int8?.calibrated else { return "" }
        return " Probabilities are those of a temperature of "
            + "\(CardNumber.fixed(calibrated.temperature, 2)) (`calibration.json`), fitted on the "
            + "validation split: their calibration error on the test split is "
            + "\(CardNumber.fixed(calibrated.calibrationError, 3))."
    }

    private var data: String {
        let source = dataFile.map { "Labelled texts from `\($0)`." } ?? "Labelled texts."
        let counts = rows.named.map { "| \($0.name) | \($0.rows) |" }
        let table =
            counts.isEmpty
            ? "" : "\n| split | rows |\n|---|---:|\n" + counts.joined(separator: "\n") + "\n"
        return """
            ## Data

            \(source) Rows of one group (such as all reviews of one film) stand in one split, and no \
            text stands in two. The test split was used for the table below and for nothing else; \
            choices such as the best epoch were made on the validation split.
            \(table)
            """
    }

    private var results: String {
        let known = ["linear", "teacher", "student", "pruned", "int8"]
        let names =
            known.filter { scores.models[$0] != nil }
            + scores.models.keys.filter { !known.contains($0) }.sorted()
        let lines = names.compactMap { name in
            scores.models[name].map { model in
                "| \(name) | \(CardNumber.percent(model.accuracy, model.accuracyInterval)) | "
                    + "\(CardNumber.percent(model.macroF1, model.macroF1Interval)) | "
                    + "\(CardNumber.fixed(model.calibrationError, 3)) | \(model.parameters) | "
                    + "\(model.bytes) |"
            }
        }
        return """
            ## Results

            On the \(scores.testRows) rows of the test split\(intervals):

            | model | accuracy | macro F1 | calibration error | parameters | bytes |
            |---|---:|---:|---:|---:|---:|
            \(lines.joined(separator: "\n"))

            `int8` is the model of this folder; `linear` is a baseline of word 1-grams and 2-grams \
            under a logistic regression. The calibration error is the expected one over 15 bins of \
            equal width, before any temperature.

            """
    }

    private var intervals: String {
        guard let design = scores.design else { return "" }
        return ", with \(CardNumber.fixed(100 * design.confidence, 0)) % intervals"
    }

    private var limits: String {
        var lines: [String] = []
        if let error = int8.flatMap({ CardNumber.standardError($0.accuracy, scores.testRows) }) {
            lines.append(
                "One standard error of the accuracy on \(scores.testRows) rows is "
                    + "\(CardNumber.fixed(100 * error, 1)) points: smaller differences in the "
                    + "table mean little.")
        }
        if let agreement = scores.agreement {
            lines.append(
                "The integer model gives another label than its float form on "
                    + "\(CardNumber.percent(1 - agreement)) of the test rows.")
        }
        if let accuracy = int8?.altered?["typos"], let share = scores.design?.typos {
            lines.append(
                "With a typo in \(CardNumber.fixed(100 * share, 0)) % of the longer words its "
                    + "accuracy is \(CardNumber.percent(accuracy)).")
        }
        if let positions = config.maximumPositions {
            lines.append("Of a text, the first \(positions) word pieces are read.")
        }
        lines += [
            "The classes are those of the training data; there is no class for \"neither\".",
            "These are the numbers of one seed; another gives somewhat other ones.",
            "What the texts get wrong or leave out, the model does too.",
        ]
        return "## Limits\n\n" + lines.map { "- \($0)" }.joined(separator: "\n") + "\n"
    }

    private var origin: String {
        """
        ## Origin

        `manifest.json` has the SHA-256 of every file here and, for every stage that led to it, \
        the code, the parameters and the digests of what it read and wrote.

        """
    }

    private var labelList: String {
        config.labels.map { "`\($0)`" }.joined(separator: ", ")
    }

    /// A YAML string in double quotes.
    private func quoted(_ text: String) -> String {
        let escaped = text.map { character in
            character == "\"" || character == "\\" ? "\\\(character)" : "\(character)"
        }
        return "\"\(escaped.joined())\""
    }
}
