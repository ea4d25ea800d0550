package com.example;

import io.github.rewrite4j.Generator;
import io.github.rewrite4j.Patch;
import io.github.rewrite4j.Sample;
import io.github.rewrite4j.edit.Edit;
import io.github.rewrite4j.edit.Region;
import io.github.rewrite4j.samediff.generator.style.StyleGan2;
import io.github.rewrite4j.samediff.serving.GeneratorPool;
import io.github.rewrite4j.samediff.serving.PoolSettings;
import io.github.rewrite4j.samediff.strategy.LowRankRewrite;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** A generator, its patches by name and a pool, as beans; Spring closes generator and pool. */
@SpringBootApplication
class Application {
    @Bean(destroyMethod = "close")
    Generator generator(@Value("${checkpoint}") Path checkpoint) throws IOException {
        return StyleGan2.load(checkpoint);
    }

    /** Learnt here so that the example needs no file of its own; Patch.load reads one that was saved. */
    @Bean
    Map<String, Patch> patches(Generator generator) {
        Region lip = Region.ellipse(32, 37, 9, 2.5);
        Edit edit = Edit.copy(Sample.of(204), lip).pasteInto(Sample.of(3), lip);
        LowRankRewrite rank = LowRankRewrite.rank(1).statistics(40, 1).evaluatedOn(0, 2);
        return Map.of(
                "moustache", rank.rewrite(generator.memory("layer5"), edit).patch());
    }

    @Bean(destroyMethod = "close")
    GeneratorPool pool(Generator generator) {
        return GeneratorPool.over(
                generator,
                PoolSettings.defaults().withConcurrent(1).withBatch(1).withWaiting(1));
    }

    public static void main(String[] args) {
        SpringApplication.run(Application.class, args);
    }
}
