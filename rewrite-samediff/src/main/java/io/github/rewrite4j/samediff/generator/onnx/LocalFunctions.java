package io.github.rewrite4j.samediff.generator.onnx;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.FunctionProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.OperatorSetIdProto;
import org.nd4j.shade.protobuf.ByteString;
import org.nd4j.shade.protobuf.InvalidProtocolBufferException;

/**
 * Functions that a file brings along, as newer exporters write whole modules. Where one is called its nodes stand instead:
 * what goes in and comes out is called as around the call, what lies between as in the function, behind the name of the call.
 */
final class LocalFunctions {
    /** Functions that call functions. */
    private static final int DEPTH = 16;

    /** Nodes of the largest networks are some ten thousand. */
    private static final int MOST = 1 << 17;

    /** FunctionProto.attribute_proto, which is younger than the classes that the file is read with. */
    private static final int DEFAULTS = 11;

    private final Map<String, FunctionProto> functions = new HashMap<>();
    private final List<NodeProto> expanded = new ArrayList<>();
    private int calls;

    private LocalFunctions() {}

    /**
     * The nodes of a network without calls.
     *
     * @param opset of the network's own nodes
     * @throws OnnxException if functions call each other in a circle, are there twice, or are of another opset
     */
    static List<NodeProto> expanded(ModelProto model, int opset) {
        if (model.getFunctionsCount() == 0) {
            return model.getGraph().getNodeList();
        }
        LocalFunctions local = new LocalFunctions();
        for (FunctionProto function : model.getFunctionsList()) {
            if (local.functions.put(key(function.getDomain(), function.getName()), function) != null) {
                throw new OnnxException(
                        "the file has two functions of the name '" + OnnxFile.shown(function.getName()) + "'.");
            }
            for (OperatorSetIdProto set : function.getOpsetImportList()) {
                boolean standard = set.getDomain().isEmpty() || set.getDomain().equals("ai.onnx");
                if (standard && set.getVersion() != opset) {
                    throw new OnnxException("the file has the function '" + OnnxFile.shown(function.getName())
                            + "' of opset " + set.getVersion() + " in a network of opset " + opset
                            + ". Write it anew without functions, by onnx.inliner.inline_local_functions.");
                }
            }
        }
        model.getGraph().getNodeList().forEach(node -> local.add(node, 0));
        return local.expanded;
    }

    private static String key(String domain, String name) {
        return domain + "::" + name;
    }

    private void add(NodeProto node, int depth) {
        FunctionProto function = functions.get(key(node.getDomain(), node.getOpType()));
        if (function == null) {
            if (expanded.size() >= MOST) {
                throw new OnnxException("the file calls functions so often that they are more than " + MOST
                        + " nodes. It is damaged or made to fill the memory.");
            }
            expanded.add(node);
            return;
        }
        if (depth >= DEPTH) {
            throw new OnnxException("the file has the function '" + OnnxFile.shown(function.getName())
                    + "' call itself, or functions call functions more than " + DEPTH + " deep.");
        }
        String call = (node.getName().isEmpty() ? function.getName() : node.getName()) + "#" + calls++ + "/";
        Map<String, String> names = new HashMap<>();
        for (int i = 0; i < function.getInputCount(); i++) {
            names.put(function.getInput(i), i < node.getInputCount() ? node.getInput(i) : "");
        }
        for (int i = 0; i < Math.min(function.getOutputCount(), node.getOutputCount()); i++) {
            if (names.containsKey(function.getOutput(i))) {
                throw new OnnxException("the file has the function '" + OnnxFile.shown(function.getName())
                        + "' give back what it gets, which is not read.");
            }
            if (!node.getOutput(i).isEmpty()) {
                names.put(function.getOutput(i), node.getOutput(i));
            }
        }
        Map<String, AttributeProto> given = defaults(function);
        node.getAttributeList().forEach(attribute -> given.put(attribute.getName(), attribute));
        for (NodeProto inner : function.getNodeList()) {
            add(renamed(inner, call, names, given), depth + 1);
        }
    }

    /** Values of attributes that a call need not name. */
    private static Map<String, AttributeProto> defaults(FunctionProto function) {
        Map<String, AttributeProto> defaults = new HashMap<>();
        try {
            for (ByteString value :
                    function.getUnknownFields().getField(DEFAULTS).getLengthDelimitedList()) {
                AttributeProto attribute = AttributeProto.parseFrom(value);
                defaults.put(attribute.getName(), attribute);
            }
        } catch (InvalidProtocolBufferException damaged) {
            throw new OnnxException("the file has attributes of the function '" + OnnxFile.shown(function.getName())
                    + "' that are damaged: " + OnnxFile.shown(String.valueOf(damaged.getMessage())));
        }
        return defaults;
    }

    private static NodeProto renamed(
            NodeProto node, String call, Map<String, String> names, Map<String, AttributeProto> given) {
        NodeProto.Builder renamed = node.toBuilder().setName(call + node.getName());
        for (int i = 0; i < node.getInputCount(); i++) {
            renamed.setInput(i, inside(node.getInput(i), call, names));
        }
        for (int i = 0; i < node.getOutputCount(); i++) {
            renamed.setOutput(i, inside(node.getOutput(i), call, names));
        }
        renamed.clearAttribute();
        for (AttributeProto attribute : node.getAttributeList()) {
            if (!attribute.getRefAttrName().isEmpty()) {
                AttributeProto value = given.get(attribute.getRefAttrName());
                if (value != null) {
                    renamed.addAttribute(value.toBuilder().setName(attribute.getName()));
                }
            } else if (attribute.hasG()) {
                renamed.addAttribute(attribute.toBuilder().setG(renamed(attribute.getG(), call, names, given)));
            } else {
                renamed.addAttribute(attribute);
            }
        }
        return renamed.build();
    }

    private static GraphProto renamed(
            GraphProto branch, String call, Map<String, String> names, Map<String, AttributeProto> given) {
        GraphProto.Builder renamed = branch.toBuilder();
        for (int i = 0; i < branch.getInitializerCount(); i++) {
            renamed.getInitializerBuilder(i)
                    .setName(inside(branch.getInitializer(i).getName(), call, names));
        }
        for (int i = 0; i < branch.getInputCount(); i++) {
            renamed.getInputBuilder(i).setName(inside(branch.getInput(i).getName(), call, names));
        }
        for (int i = 0; i < branch.getOutputCount(); i++) {
            renamed.getOutputBuilder(i).setName(inside(branch.getOutput(i).getName(), call, names));
        }
        for (int i = 0; i < branch.getNodeCount(); i++) {
            renamed.setNode(i, renamed(branch.getNode(i), call, names, given));
        }
        return renamed.build();
    }

    private static String inside(String name, String call, Map<String, String> names) {
        return name.isEmpty() ? name : names.getOrDefault(name, call + name);
    }
}
