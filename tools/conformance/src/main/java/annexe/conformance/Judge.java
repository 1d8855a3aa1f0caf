package annexe.conformance;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import org.verapdf.features.FeatureFactory;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.metadata.fixer.FixerFactory;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.validation.validators.ValidatorConfig;
import org.verapdf.pdfa.validation.validators.ValidatorConfigBuilder;
import org.verapdf.processor.BatchProcessingHandler;
import org.verapdf.processor.BatchProcessor;
import org.verapdf.processor.FormatOption;
import org.verapdf.processor.ProcessorConfig;
import org.verapdf.processor.ProcessorFactory;
import org.verapdf.processor.TaskType;
import org.verapdf.processor.plugins.PluginsCollectionConfig;

/**
 * Has veraPDF judge files by one profile and write its own machine-readable report as JSON.
 *
 * <p>Arguments: the profile (as veraPDF names it: ua1, 2a), the file to write the report to, and a file that lists the
 * PDFs, one path a line. What the report says is judged by whoever called; a run that ends is not yet a good one.
 */
public final class Judge {
    private static final int EXAMPLES_OF_A_FAILED_RULE = 20;

    private Judge() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length != 3) {
            System.err.println("say: PROFILE REPORT LIST-OF-FILES");
            System.exit(2);
        }
        PDFAFlavour profile = PDFAFlavour.fromString(arguments[0]);
        if (profile == PDFAFlavour.NO_FLAVOUR) {
            System.err.println(arguments[0] + " is no profile that veraPDF knows");
            System.exit(2);
        }
        List<File> files = Files.readAllLines(Path.of(arguments[2])).stream().map(File::new).toList();
        VeraGreenfieldFoundryProvider.initialise();
        try (OutputStream report = new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[1])));
                BatchProcessor processor = ProcessorFactory.fileBatchProcessor(configuration(profile))) {
            BatchProcessingHandler handler = ProcessorFactory.getHandler(FormatOption.JSON, false, report, false);
            processor.process(files, handler);
            handler.close();
        }
    }

    private static ProcessorConfig configuration(PDFAFlavour profile) {
        ValidatorConfig validation =
                new ValidatorConfigBuilder()
                        .flavour(profile)
                        .maxFails(-1)
                        .maxNumberOfDisplayedFailedChecks(EXAMPLES_OF_A_FAILED_RULE)
                        .showErrorMessages(true)
                        .build();
        return ProcessorFactory.fromValues(
                validation,
                FeatureFactory.defaultConfig(),
                PluginsCollectionConfig.defaultConfig(),
                FixerFactory.defaultConfig(),
                EnumSet.of(TaskType.VALIDATE));
    }
}
