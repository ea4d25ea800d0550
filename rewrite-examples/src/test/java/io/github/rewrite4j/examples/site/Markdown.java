package io.github.rewrite4j.examples.site;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.ext.heading.anchor.HeadingAnchorExtension;
import org.commonmark.node.AbstractVisitor;
import org.commonmark.node.Code;
import org.commonmark.node.Heading;
import org.commonmark.node.Image;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.node.Text;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;

/** One page of the repository, parsed. */
final class Markdown {
    private static final Parser PARSER =
            Parser.builder().extensions(List.of(TablesExtension.create())).build();
    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .extensions(List.of(TablesExtension.create(), HeadingAnchorExtension.create()))
            .attributeProviderFactory(context -> (node, tag, attributes) -> lazily(tag, attributes))
            .escapeHtml(true)
            .build();

    /** A picture and what the page says of it. */
    record Picture(String source, String caption) {}

    private final Node document;

    Markdown(String text) {
        this.document = PARSER.parse(text);
    }

    private static void lazily(String tag, Map<String, String> attributes) {
        if (tag.equals("img")) {
            attributes.put("loading", "lazy");
        }
    }

    /** The first heading. */
    String title() {
        List<String> titles = new ArrayList<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Heading heading) {
                titles.add(text(heading));
            }
        });
        return titles.isEmpty() ? "" : titles.get(0);
    }

    /** All pictures, in order. */
    List<Picture> pictures() {
        List<Picture> pictures = new ArrayList<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Image image) {
                pictures.add(new Picture(image.getDestination(), text(image)));
            }
        });
        return pictures;
    }

    /** Destinations of links and pictures, in order. */
    List<String> destinations() {
        List<String> all = new ArrayList<>();
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                all.add(link.getDestination());
                visitChildren(link);
            }

            @Override
            public void visit(Image image) {
                all.add(image.getDestination());
            }
        });
        return all;
    }

    /** As HTML, once links lead elsewhere; changes the page. */
    String html(UnaryOperator<String> links) {
        document.accept(new AbstractVisitor() {
            @Override
            public void visit(Link link) {
                link.setDestination(links.apply(link.getDestination()));
                visitChildren(link);
            }
        });
        return RENDERER.render(document);
    }

    private static String text(Node of) {
        StringBuilder text = new StringBuilder();
        of.accept(new AbstractVisitor() {
            @Override
            public void visit(Text words) {
                text.append(words.getLiteral());
            }

            @Override
            public void visit(Code code) {
                text.append(code.getLiteral());
            }
        });
        return text.toString();
    }
}
