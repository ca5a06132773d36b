import Classifiers
import Detection
import Kernel
import Policy
import Transport

// What detectors find that run elsewhere.

extension Exchange {
    /// What classifiers elsewhere find in what was gathered, each asked in turn; what cannot be judged counts as the operator
    /// has it.
    func classified(_ action: Action, _ screening: Screening) async throws(Refusal) -> [Finding] {
        let snapshot = self.snapshot
        let services =
            action == .infer ? snapshot.configuration.requestClassifiers : snapshot.configuration.responseClassifiers
        guard !services.isEmpty else { return [] }
        let excerpt = Excerpt(screening.text, screening.contents)
        guard !excerpt.text.isEmpty else { return [] }
        var findings: [Finding] = []
        for service in services {
            do throws(ClassifierFailure) {
                findings += try await self.findings(of: service, in: excerpt)
            } catch {
                guard !error.isCancellation else { throw .cancelled }
                guard service.failureMode == .open else { throw .unclassified(service.classifier.name) }
                if let unavailable = service.classifier.unavailable() { findings.append(unavailable) }
            }
        }
        return findings
    }

    /// Asks one of them about each window of the text, unless it was asked lately.
    private func findings(
        of service: ClassifierService, in excerpt: Excerpt
    ) async throws(ClassifierFailure) -> [Finding] {
        let classifier = service.classifier
        let windows = excerpt.windows(of: classifier.window)
        guard windows.count <= Classifier.longest else {
            throw ClassifierFailure("the text is longer than \(Classifier.longest) windows")
        }
        var findings: [Finding] = []
        for window in windows {
            let text = Array(excerpt.text[window])
            for finding in try await self.findings(of: service, in: text) {
                let place =
                    (finding.span.lowerBound + window.lowerBound)..<(finding.span.upperBound + window.lowerBound)
                let pieces = excerpt.source(of: place)
                findings += pieces.indices.map { finding.moved(to: pieces[$0], isContinuation: $0 > 0) }
            }
        }
        return findings
    }

    private func findings(
        of service: ClassifierService, in text: [UInt8]
    ) async throws(ClassifierFailure) -> [Finding] {
        let clock = self.lane.gateway.clock
        let now = clock.now()
        if let known = self.lane.verdicts.findings(in: text, by: service.classifier, at: now) { return known }
        guard self.lane.verdicts.admits(service.classifier, at: now) else {
            throw ClassifierFailure("it failed too often and is left alone for a while")
        }
        do throws(ClassifierFailure) {
            let findings = try await service.findings(in: text, over: self.wire)
            self.lane.verdicts.note(success: true, of: service.classifier, at: clock.now())
            if let keeping = service.keeping {
                self.lane.verdicts.keep(
                    findings, in: text, by: service.classifier, until: clock.now().advanced(by: keeping))
            }
            return findings
        } catch {
            if !error.isCancellation {
                self.lane.verdicts.note(success: false, of: service.classifier, at: clock.now())
            }
            throw error
        }
    }
}

extension Finding {
    /// The same finding in another place; one that lies in several places counts once.
    fileprivate func moved(to span: Range<Int>, isContinuation: Bool) -> Finding {
        Finding(
            kind: self.kind, span: span, confidence: self.confidence, severity: self.severity, detector: self.detector,
            isContinuation: isContinuation)
    }
}
